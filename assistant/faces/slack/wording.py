"""What the bot says besides answers, in Chinese and English: one table, nothing from documents in it."""

from __future__ import annotations

from vectorstore.schema import Lang

SAID: dict[str, dict[Lang, str]] = {
    "queued": {"zh": "已排队，马上就来…", "en": "Queued, just a moment…"},
    "help": {
        "zh": "请在提及我的同时写上问题，例如“2023年中国AI产业规模有多大？”。我会根据报告回答，并附上出处。",
        "en": "Ask me a question about the reports, for example “How large was China's AI industry in 2023?” "
        "I answer from the reports and show the sources.",
    },
    "only_files": {
        "zh": "我看不懂图片，请用文字提问。要添加报告，请在私信里发送 PDF、Word、Markdown 或文本文件。",
        "en": "I cannot read pictures; please ask in words. To add a report, send me a PDF, Word, Markdown or "
        "text file in a direct message.",
    },
    "too_long": {
        "zh": "这条消息有 {length:,} 个字符，问题最多 {limit:,} 个字符，请缩短后再问。",
        "en": "This message has {length:,} characters and a question may have {limit:,}; please shorten it.",
    },
    "no_words": {
        "zh": "这条消息里没有文字，请写下想问的问题。",
        "en": "I found no words in this message; please write a question.",
    },
    "user_limit": {
        "zh": "你问得有点快，请过 {seconds} 秒再问。",
        "en": "That is a lot of questions at once; please ask again in {seconds} s.",
    },
    "team_limit": {
        "zh": "这个工作区现在问题很多，请过 {seconds} 秒再问。",
        "en": "This workspace is asking a lot right now; please ask again in {seconds} s.",
    },
    "busy": {
        "zh": "正在排队的问题太多了，请过一分钟再问。",
        "en": "Too many questions are waiting; please ask again in a minute.",
    },
    "not_allowed": {
        "zh": "我不能在这里回答你；请联系管理 Wenju 的人。",
        "en": "I may not answer you here; please talk to whoever runs Wenju.",
    },
    "failed": {"zh": "没能回答：{why}", "en": "No answer: {why}"},
    "failed_inside": {
        "zh": "程序出错了，详情见服务器日志。",
        "en": "something went wrong inside Wenju; its log has the details.",
    },
    "stopped": {"zh": "已停止。", "en": "Stopped."},
    "stop": {"zh": "停止", "en": "Stop"},
    "stop_hint": {"zh": "还在写回答。", "en": "Still working on it."},
    "sources": {"zh": "出处", "en": "Sources"},
    "helpful": {"zh": "有用", "en": "Helpful"},
    "unhelpful": {"zh": "没用", "en": "Not helpful"},
    "evidence": {"zh": "查看原文", "en": "Show evidence"},
    "other": {"zh": "Answer in English", "en": "用中文回答"},
    "share": {"zh": "分享到频道", "en": "Share with the channel"},
    "shared_by": {"zh": "由 {user} 分享，问题：{question}", "en": "Shared by {user}. Question: {question}"},
    "shared": {"zh": "已分享到频道。", "en": "Shared with the channel."},
    "not_shared": {
        "zh": "我不在这个频道里，没能分享；请先用 /invite 邀请我。",
        "en": "I could not share it: I am not in this channel. Invite me with /invite first.",
    },
    "thanks": {"zh": "谢谢反馈。", "en": "Thank you, noted."},
    "gone": {"zh": "这条回答已经不在记录里了。", "en": "This answer is no longer on record."},
    "evidence_title": {"zh": "原文", "en": "Evidence"},
    "no_evidence": {"zh": "这条回答没有引用原文。", "en": "This answer cites no passage."},
    "more_evidence": {"zh": "还有 {count} 段未显示。", "en": "{count} more are not shown."},
    "open": {"zh": "打开报告", "en": "Open the report"},
    "close": {"zh": "关闭", "en": "Close"},
    "send": {"zh": "发送", "en": "Send"},
    "cancel": {"zh": "取消", "en": "Cancel"},
    "why_title": {"zh": "哪里不好？", "en": "What was wrong?"},
    "why": {"zh": "原因", "en": "Reason"},
    "comment": {"zh": "补充说明", "en": "Anything else"},
    "wrong": {"zh": "回答不对", "en": "The answer is wrong"},
    "sources_wrong": {"zh": "出处不支持回答", "en": "The sources do not support it"},
    "incomplete": {"zh": "不完整", "en": "It is incomplete"},
    "language": {"zh": "语言不对", "en": "It is in the wrong language"},
    "else": {"zh": "其他", "en": "Something else"},
    "ask_title": {"zh": "就此提问", "en": "Ask about this"},
    "ask_label": {"zh": "问题", "en": "Your question"},
    "ask_send": {"zh": "提问", "en": "Ask"},
    "asked": {"zh": "{user} 问：{question}", "en": "{user} asks: {question}"},
    "prompts_title": {"zh": "可以这样问", "en": "For example"},
    "prompt_figures": {"zh": "《{title}》里最重要的数字是什么？", "en": "What are the main figures in “{title}”?"},
    "part": {"zh": "（续）", "en": "(continued)"},
    "offer": {
        "zh": "要把 {name} 加入本工作区的报告库吗？只有这个工作区看得到它。",
        "en": "Add {name} to this workspace's reports? Only this workspace will see it.",
    },
    "add": {"zh": "加入", "en": "Add"},
    "leave": {"zh": "不用", "en": "No, thanks"},
    "left": {"zh": "没有加入 {name}。", "en": "{name} was not added."},
    "fetching": {"zh": "正在下载 {name}…", "en": "Fetching {name}…"},
    "reading": {"zh": "正在读取 {name}…", "en": "Reading {name}…"},
    "embedding": {"zh": "正在索引 {name}：{done}/{total} 段", "en": "Indexing {name}: {done} of {total} passages"},
    "added": {"zh": "已加入 {name}（{passages} 段），可以提问了。", "en": "Added {name} ({passages} passages)."},
    "known": {"zh": "{name} 已经在报告库里了。", "en": "{name} is already in the library."},
    "not_added": {"zh": "没能加入 {name}：{why}", "en": "{name} was not added: {why}"},
    "file_kind": {
        "zh": "{name} 的格式我读不了；可以发送 PDF、Word、Markdown 或文本文件。",
        "en": "I cannot read {name}; send a PDF, Word, Markdown or text file.",
    },
    "file_size": {
        "zh": "{name} 有 {size} MB，最多 {limit} MB。",
        "en": "{name} has {size} MB; the limit is {limit} MB.",
    },
    "not_in_channel": {
        "zh": "我不在这个频道里；请先用 /invite 邀请我，再试一次。",
        "en": "I am not in this channel; invite me with /invite and try again.",
    },
}  # fmt: skip


def say(key: str, lang: Lang, **values: object) -> str:
    """One sentence. Values must already be fit for where it goes. Raises `KeyError` for a missing key."""
    return SAID[key][lang].format(**values)
