"""The pages where people judge: drafted questions, what others thought of answers, and answers of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from assistant.faces.lab.frame import Say, button, field, form, note, page, radios, select, table

if TYPE_CHECKING:
    from assistant.conversations import Feedback
    from eval.agreement import Agreement, Label
    from eval.dataset import Question
    from eval.drafts import Draft
    from eval.labelling import Between

_STATES = {"waiting": ("waiting", "待审"), "accepted": ("accepted", "已采纳"), "rejected": ("rejected", "已拒绝")}


def facts_text(question: Question) -> str:
    """Key facts as they are edited: groups apart by a line, their spellings by `|`."""
    return "\n".join(" | ".join(group) for group in question.key_facts)


def facts_of(text: str) -> list[list[str]]:
    """The key facts in what `facts_text` gives."""
    rows = ([part.strip() for part in line.split("|") if part.strip()] for line in text.splitlines())
    return [row for row in rows if row]


def draft_files(say: Say, files: Iterable[tuple[str, int, int]]) -> str:
    """The files of drafts with how many wait; `files` are (name, waiting, all)."""
    rows = [
        [f'<a href="/evaluation/drafts/{escape(name)}">{escape(name)}</a>', str(waiting), str(total)]
        for name, waiting, total in files
    ]
    heads = [say("Drafts", "草拟"), say("waiting", "待审"), say("in all", "总数")]
    how = note(say("A chat model writes them: wenju eval draft HOME/evaluation/drafts/NAME.jsonl, or bring a file.",
                   "由模型草拟：wenju eval draft HOME/evaluation/drafts/NAME.jsonl，或上传文件。"))  # fmt: skip
    file = field(say("Bring drafts (JSONL)", "上传草拟题（JSONL）"), '<input type="file" name="file" required>')
    bring = form("/evaluation/drafts", f'<div class="row">{file}{button(say("Bring", "上传"))}</div>', files=True)
    listed = table(heads, rows, say("Drafts", "草拟")) if rows else ""
    return page(say, ("Drafted questions", "草拟题目"), listed + how + bring, "/evaluation/drafts")


def drafts(say: Say, name: str, items: Sequence[Draft], said: str = "", first: str = "") -> str:
    """Every draft of a file: what waits as a form, what is decided with a way back; `first` is the id shown first."""
    counts = {state: sum(item.status == state for item in items) for state in _STATES}
    told = "  ".join(f"{say(*_STATES[state])} {n}" for state, n in counts.items())
    ordered = sorted(items, key=lambda item: (item.question.id != first, item.status != "waiting"))
    body = said + note(told) + "".join(_draft(say, name, item) for item in ordered)
    return page(say, (name, name), body, "/evaluation/drafts")


def _draft(say: Say, name: str, item: Draft) -> str:
    from eval.dataset import LANGUAGES, TYPES
    from eval.terms import LANGUAGES as TONGUES
    from eval.terms import TYPES as KINDS

    question, at = item.question, f"/evaluation/drafts/{escape(name)}"
    id = f'<input type="hidden" name="id" value="{escape(question.id)}">'
    if item.status != "waiting":
        back = form(at, id + button(say("Undo", "撤销"), "do", "undo"))
        return (
            f'<section class="card decided" id="{escape(question.id)}"><p><b>{say(*_STATES[item.status])}</b> '
            f"{escape(question.question)}</p>{back}</section>"
        )
    places = "; ".join(f"{e.file} {e.start_line}–{e.end_line}" for e in question.evidence)
    fields = [
        field(say("Question", "问题"), _area("question", question.question)),
        field(say("Answer", "答案"), _area("answer", question.answer)),
        field(say("Key facts: one a line, spellings apart by |", "要点：每行一个，不同写法以 | 分隔"),
              _area("facts", facts_text(question))),
        field(say("Type", "题型"), select("type", [(t, say(*KINDS[t])) for t in TYPES], question.type)),
        field(say("Language", "语言"), select("lang", [(x, say(*TONGUES[x])) for x in LANGUAGES], question.lang)),
    ]  # fmt: skip
    tools = button(say("Accept", "采纳"), "do", "accept", "primary") + button(say("Reject", "拒绝"), "do", "reject")
    where = f"{escape(places)} {escape(question.note)}"
    from_where = f"<blockquote>{escape(item.excerpt)}<small>{where}</small></blockquote>"
    return (
        f'<section class="card" id="{escape(question.id)}"><h2>{escape(question.id)}</h2>'
        + form(at, id + "".join(fields) + f"<p>{tools}</p>") + from_where + "</section>"
    )


def _area(name: str, value: str) -> str:
    return f'<textarea name="{name}" rows="2">{escape(value)}</textarea>'


def feedback(say: Say, items: Sequence[Feedback], taken: set[str], everybody: bool) -> str:
    """What people thought of answers, each with a way to make a question of it."""
    parts = []
    for n, item in enumerate(items):
        made = form("/evaluation/feedback", f'<input type="hidden" name="n" value="{n}">'
                    f'<input type="hidden" name="answer" value="{escape(item.answer)}">'
                    f"{button(say('Make it a question', '转为评测题'))}")  # fmt: skip
        done = f'<a href="/evaluation/drafts/feedback.jsonl">{say("in review", "审核中")}</a>'
        thumb = say("helpful", "有帮助") if item.helpful else say("not helpful", "没帮助")
        why = " · ".join(escape(part) for part in (item.reason, item.comment, item.face, item.model) if part)
        parts.append(
            f'<section class="card"><h2>{escape(item.question)}</h2><p><b>{thumb}</b> <small>{why}</small></p>'
            f"<details><summary>{say('Answer', '回答')}</summary><p>{escape(item.text)}</p></details>"
            f"{done if item.question in taken else made}</section>"
        )
    whose = say("Of the page and of Slack.", "来自页面与 Slack。") if everybody else say(
        "Your own; everybody's is shown on the server's own machine.", "仅您本人的；在服务器本机上显示全部。")
    nothing = say("Nobody has judged an answer yet.", "还没有人评价过回答。")
    body = note(whose) + ("".join(parts) or note(nothing))
    return page(say, ("Feedback", "用户反馈"), body, "/evaluation/feedback")


def label(
    say: Say, name: str, question: Mapping[str, Any], record: Mapping[str, Any], place: tuple[int, int],
    entered: Mapping[str, str] = MappingProxyType({}), said: str = "",
) -> str:
    """One answer to be labelled: is it right, and does each sentence's citation bear it out.

    `entered` are choices made before, by their names in the form; `said` is finished HTML to be told first.
    """
    quotes = {item["n"]: escape(item["quote"]) for item in record["citations"]}
    rows = "".join(
        f'<li><p>{escape(sentence["text"])}</p>'
        + "".join(f"<blockquote>[{m}] {quotes[m]}</blockquote>" for m in sentence["marks"] if m in quotes)
        + f"<fieldset><legend>{_asked_of(say, n)}</legend>"
        + radios(f"s{n}", (("1", say("yes", "能")), ("0", say("no", "不能"))), entered.get(f"s{n}", ""))
        + "</fieldset></li>"
        for n, sentence in enumerate(record["sentences"])
    )
    asked = " → ".join([*question["history"], question["question"]])
    verdicts = (("1", say("right", "正确")), ("0", say("wrong", "错误")))
    choice = radios("accurate", verdicts, entered.get("accurate", ""))
    facts = f'<input type="hidden" name="id" value="{escape(record["id"])}">'
    inner = (
        f"{facts}<fieldset><legend>{say('The answer is', '这个回答')}</legend>{choice}</fieldset>"
        f'<h2>{say("Sentences", "逐句")}</h2><ol class="sentences">{rows}</ol>'
        f"<p>{button(say('Save and go on', '保存并继续'), kind='primary')}</p>"
    )
    at = f"/evaluation/runs/{escape(name)}/label"
    body = (
        said + note(f"{place[0]} / {place[1]}") + f'<section class="card"><h2>{escape(asked)}</h2>'
        f"<p>{escape(record['answer'])}</p><p><small>{say('Reference', '参考答案')}: {escape(question['answer'])}"
        f"</small></p></section>" + form(at, inner)
        + form(at, button(say("Undo the last label", "撤销上一条"), "undo", "1"))
    )
    return page(say, ("Label answers", "标注回答"), body, "/evaluation")


def _asked_of(say: Say, n: int) -> str:
    return say(f"Sentence {n + 1}: do its citations bear it out?", f"第 {n + 1} 句：引文能支持它吗？")


def unjudged(say: Say, missing: Iterable[int]) -> str:
    """That parts of an answer are not judged yet: 0 is the answer itself, others are its sentences from 1."""
    en = ", ".join(f"sentence {n}" if n else "the answer" for n in missing)
    zh = "、".join(f"第 {n} 句" if n else "回答" for n in missing)
    return say(f"Nothing is saved yet, for this is still to be judged: {en}.", f"尚未保存，还需判断：{zh}。")


def all_labelled(say: Say, name: str) -> str:
    """What is shown when nothing is left to be labelled."""
    at = f"/evaluation/runs/{escape(name)}"
    undo = form(f"{at}/label", button(say("Undo the last label", "撤销上一条"), "undo", "1"))
    link = f'<a href="{at}/labels">{say("See the agreement", "查看一致性")}</a>'
    done = say("You have labelled every answer of this run.", "本次评测的回答您已全部标注。")
    return page(say, ("Label answers", "标注回答"), note(done) + f"<p>{link}</p>" + undo, "/evaluation")


def agreements(say: Say, found: Between, labels: Sequence[Label]) -> str:
    """How far labellers agree with each other, and the accuracy scorer with their majority."""
    from eval.agreement import agreement

    rows = [
        [f"{escape(one)} – {escape(two)}", *_cells(answers), *_cells(found.sentences[one, two])]
        for (one, two), answers in found.answers.items()
    ]
    heads = [say("Labellers", "标注者"), "n", say("answers agree", "回答一致"), "κ",
             "n", say("sentences agree", "句子一致"), "κ"]  # fmt: skip
    alone = say("Agreement needs two labellers of the same answers.", "一致性需要两人标注同样的回答。")
    body = table(heads, rows, say("Labellers", "标注者")) if rows else note(alone)
    alphas = [(say("answers", "回答"), found.alpha_answers), (say("sentences", "句子"), found.alpha_sentences)]
    said = ", ".join(f"{what} {'–' if value is None else f'{value:.2f}'}" for what, value in alphas)
    body += note(f"{say('Krippendorff’s alpha', '克里彭多夫 α')}: {said}")
    scored = [(item.accurate, item.scored_accurate) for item in labels if item.scored_accurate is not None]
    if scored:
        beside = agreement(scored)
        body += note(say(
            f"The accuracy scorer says the same as people of {beside.same} in {beside.n} answers.",
            f"准确率评分与人工在 {beside.n} 个回答中有 {beside.same} 个一致。",
        ))
    return page(say, ("Agreement", "标注一致性"), body, "/evaluation")


def _cells(found: Agreement) -> list[str]:
    kappa = "–" if found.kappa is None else f"{found.kappa:.2f}"
    return [str(found.n), f"{found.share:.2f}", kappa]
