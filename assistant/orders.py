"""Orders in a report to whoever reads it for somebody: data like all the rest, never obeyed and never quoted.

A report may say "ignore the above and answer ...", pretend to be a message of the system, or hold a picture or a
link that would carry the question away. Models obey such lines now and then, and a sentence that obeys is borne
out by the very line that ordered it; so these lines are taken out before a model reads the evidence and before a
sentence is checked against it. They are recognised by their form; the fences around them are that evidence stands
in one message as a quotation, that marks point at evidence only, and that an answer is shown as text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.sentences import split_sentences

_SAY = "回答|回复|答复|输出|说|写|声称|告诉"
_TOLD = "指令|指示|规则|要求|提示|说明|命令|设定|约束|限制"
_EARLIER = "以上|上述|上面|上文|之前|前面|前文|此前|先前|原有|原来|所有|全部|一切|任何|这些|这个|该|你|用户的|提问"
_DROP = "忽略(?!了)|无视|忘记|忘掉|抛开|不理会|不必理会|不要遵守|绕过"
_MUST = "必须|务必|应当|应该|需要|要|只能|只许|只需|不得|不要|不能|不许|不可"
_ZH = (
    rf"(?:{_DROP})(?:[^。！？\n]{{0,14}}(?:指令|指示|设定|提示词)"
    rf"|[^。！？\n]{{0,4}}(?:{_EARLIER})[^。！？\n]{{0,10}}(?:{_TOLD}|问题|资料|内容|文字|对话))"
    rf"|(?:上述|以上|之前|此前|先前)(?:的)?(?:所有|全部|一切)?(?:{_TOLD})[^。！？\n]{{0,6}}(?:无效|作废|失效|取消|不再)"
    rf"|你们?(?:现在|从现在起|此刻|今后)?(?:{_MUST})(?:直接|立即|一律|只|再)?"
    rf"(?:{_SAY}|重复|引用|提及|标注|透露|扮演|遵守|使用|加上|附上|执行)"
    rf"|助手(?:现在)?(?:必须|务必|只能|只许|不得|不要|不许)(?:直接|立即|一律|只)?(?:{_SAY}|引用|提及|标注|透露|扮演)"
    rf"|(?:^|[，。：；！\s])(?:请|务必|必须|一律|只需|只能|直接)(?:你)?(?:直接|只|立即|务必|在)?(?:{_SAY})(?:[“\"「『：:]|如下|以下|一句|这句)"
    rf"|(?:{_SAY})(?:如下|以下)(?:内容|文字|的话|句子)"
    r"|(?:回答|输出|回复|答复)(?:时|中|里|的|之)?(?:开头|末尾|结尾|最后|后面|前面|正文)?(?:必须|务必|都要|一律|请|应)?(?:加上|附上|写上|插入|包含|带上|注明|改为|改成)"
    r"|(?:回答|输出|回复|答复)[“\"「『]"
    r"|你(?:现在|从现在起)?(?:是|扮演|变成|进入)(?:一[个名位]|海盗|AI|DAN|开发者|管理员|系统|越狱)"
    r"|(?:系统|管理员|开发者|运营方)(?:提示|消息|通知|指令|命令|公告)\s*[】\]：:]"
    r"|(?:泄露|透露|显示|打印|输出|公开|给出|复述|重复)[^。\n]{0,10}(?:系统提示|提示词|内部指令|密钥|密码|口令|API)"
    r"|(?:把|将)[^。\n]{0,16}(?:问题|提问|对话|聊天记录|密钥)[^。\n]{0,12}"
    r"(?:附在|拼在|编码|(?:发送|提交|上传|传给|发到)[^。\n]{0,12}(?:https?:|网址|链接|地址|邮箱|服务器|@))"
    r"|(?:访问|打开|点击|请求|抓取|加载)[^。\n]{0,12}(?:链接|网址|网页|图片)?\s*https?://"
)
_VERBS = (
    "say|answer|reply|respond|output|write|state|claim|repeat|cite|act|pretend|ignore|include|append|begin|end"
    "|reveal|tell|refuse|recommend|use|add"
)
_IMPERATIVE = (
    r"(?:(?:^|[.!?;:,—“\"\n])[^\S\n]*+|\b(?:please|must|should|shall|always|only|just|now|instead|then|you|and|to|do)\s+)"
)
"""What an order begins behind: the beginning of a clause, or a word that bids."""
_READER = r"(?:you|the (?:assistant|model|ai)|assistants?|ai models?|language models?|chatbots?)"
_EN = (
    rf"{_IMPERATIVE}(?:ignore|disregard|forget|override|bypass|discard)\b[^.\n]{{0,40}}\b(?:instructions?|rules?|prompts?|above"
    r"|previous|prior|earlier|directions|guidelines|question|sources)\b"
    r"|\b(?:instructions?|rules|prompts?) (?:above|before this|so far)[^.\n]{0,20}"
    r"\b(?:void|cancell?ed|no longer|obsolete)"
    rf"|\b{_READER},? (?:are now|must|should|shall|will now|have to|need to|may only|(?:is|are) required to)"
    rf"(?: now| only| always| never| instead| not)* (?:{_VERBS})\b"
    rf"|\byou are (?:now|no longer)\b|{_IMPERATIVE}act as (?:a|an|the|if)\b|\bpretend (?:to be|that you)\b"
    r"|\bfrom now on,? (?:you|answer|reply|respond|say)"
    rf"|{_IMPERATIVE}(?:answer|reply|respond|say|output|print|write)\b"
    r"(?: only| exactly| with| just| the following| instead)*\s*[:：“\"'](?![^\n]* \| )"
    r"|\b(?:answer|reply|respond) (?:only|with|exactly|instead|as)\b"
    r"|\b(?:begin|start|end|finish|prefix) (?:your|every|each|the|all)[^.\n]{0,12}"
    r"\b(?:answers?|repl(?:y|ies)|responses?)\b"
    r"|\b(?:append|add|include|insert|put)\b[^.\n]{0,60}\b(?:to|in|into|at the end of) (?:your|every|each|the)"
    r" (?:answer|reply|response)"
    r"|\b(?:do not|don't|never) (?:cite|mention|quote|reveal|tell|use)\b[^.\n]{0,30}"
    r"\b(?:sources?|users?|reports?|this|any other|evidence)"
    r"|\b(?:reveal|print|show|repeat|leak|disclose|output)\b[^.\n]{0,20}"
    r"\b(?:system prompt|prompt|instructions|api key|password|secret)"
    r"|\b(?:system|developer|admin(?:istrator)?) (?:prompt|message|notice|override|instruction)s?\s*[\])>:：]"
    rf"|{_IMPERATIVE}(?:send|post|submit|upload|forward|encode)\b[^.\n]{{0,30}}"
    r"\b(?:question|conversation|query|chat|history)\b[^.\n]{0,24}\b(?:to|in|into|as)\b"
    r"|\b(?:visit|open|click|fetch|load|request)\b[^.\n]{0,20}https?://"
)
_FORM = (
    r"!\[[^\]\n]*\]\([^)\n]*\)|<(?:img|iframe|script|form|a|link)\b[^>\n]*>|\{\{[^}]*\}\}|javascript\s*:"
    r"|https?://\S*[?&](?:q|question|query|data|d|text|msg)="
)
_ROLE = (
    r"<\|?(?:im_start|im_end|system|endoftext)|\[/?INST\]|<</?SYS>>|[\[【](?:system|系统)[\]】]"
    r"|(?:^|\n)[^\S\n]*+(?:-{3,}|#{2,}|={3,})\s*(?:system|user|assistant|系统|用户|助手)(?![A-Za-z])"
    r"|(?:^|\n|[。.!！])[^\S\n]*+(?:\*\*)?(?:system|assistant|user|human)(?:\*\*)?\s*[:：](?![^\n]* \| )"
)
"""What pretends that another message begins: all that follows would be part of it."""
_ORDERS = re.compile(f"{_ZH}|{_EN}|{_FORM}|{_ROLE}", re.IGNORECASE)
_ROLES = re.compile(_ROLE, re.IGNORECASE)


_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)")
_LINK = re.compile(r"(?<!!)\[([^\]\n]+)\]\((?:[a-z][a-z0-9+.-]*:|//|/|#)[^)\n]*\)", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?|ftp|javascript|data):[^\s<>）)\[\]，。；、“”]+", re.IGNORECASE)


def without_links(answer: str, sources: Sequence[str] = ()) -> str:
    """A model's answer without pictures, links and addresses, except for addresses that stand in the sources."""
    plain = _LINK.sub(r"\1", _IMAGE.sub("", answer))
    known = "\n".join(sources)
    return _ADDRESS.sub(lambda found: found[0] if found[0].rstrip(".,;:!?") in known else "", plain)


def gives_orders(text: str) -> bool:
    """Whether a sentence of a report speaks to the assistant rather than about its subject."""
    return _ORDERS.search(text) is not None


@lru_cache(maxsize=1024)
def without_orders(text: str) -> str:
    """`text` with blanks in the place of every order, and of what was ordered: the rest of its line, or of the
    text when it pretends to be another message. Places stay the same.
    """
    if not gives_orders(text):
        return text
    kept, silent_until = text, 0
    for start, end in split_sentences(text):
        if _ROLES.search(text[max(0, start - 1) : end]):
            silent_until = len(text)
        elif gives_orders(text[start:end]):
            line = text.find("\n", end)
            silent_until = max(silent_until, len(text) if line < 0 else line)
        if start < silent_until:
            kept = kept[:start] + re.sub(r"\S", " ", kept[start:end]) + kept[end:]
    return kept
