"""What the report calls things, in English and Chinese."""

from __future__ import annotations

from html import escape

METRICS: dict[str, tuple[str, str]] = {
    "accuracy": ("Accuracy (key facts)", "准确率（要点）"),
    "key_facts": ("Key facts alone", "仅看要点"),
    "token_f1": ("Token F1", "词元 F1"),
    "numeric": ("Figures exact, any unit", "数值准确（含单位换算）"),
    "conflict_coverage": ("Conflicting figures covered", "冲突数据覆盖"),
    "evidence_all": ("Evidence found, 4,000 characters", "证据全找到（前4,000字）"),
    "evidence_any": ("Some evidence found, 4,000", "证据找到其一（前4,000字）"),
    "evidence_all_2000": ("Evidence found, 2,000 characters", "证据全找到（前2,000字）"),
    "evidence_any_2000": ("Some evidence found, 2,000", "证据找到其一（前2,000字）"),
    "evidence_recall_4000": ("Recall by characters, 4,000", "字符召回率（前4,000字）"),
    "evidence_precision_4000": ("Precision by characters, 4,000", "字符精确率（前4,000字）"),
    "recall_5": ("Recall at 5 passages", "前5段召回率"),
    "precision_5": ("Precision at 5 passages", "前5段精确率"),
    "mrr_10": ("MRR at 10", "平均倒数排名（前10）"),
    "ndcg_10": ("nDCG at 10", "nDCG（前10）"),
    "refusal": ("Refusal recall", "应拒即拒（召回率）"),
    "refusal_precision": ("Refusal precision", "拒答精确率"),
    "refusal_f1": ("Refusal F1", "拒答 F1"),
    "false_refusal": ("False refusals", "误拒"),
    "quote_exact": ("Quotes exact", "引文逐字相符"),
    "citation_right": ("Citations on the evidence", "引用落在证据上"),
    "citation_recall": ("Citation recall (ALCE)", "引用召回率（ALCE）"),
    "citation_precision": ("Citation precision (ALCE)", "引用精确率（ALCE）"),
    "invented_number": ("Answers with an invented figure", "含无据数字的回答"),
    "unmarked_number": ("Unsupported figure, unmarked", "未标注的无据数字"),
    "language": ("Right language", "语言正确"),
    "supported": ("Sentences supported", "有据句子"),
    "repaired": ("Sentences with repaired marks", "引用经修正的句子"),
    "unverified": ("Sentences unverified", "未证实的句子"),
}
VERDICTS: dict[str, tuple[str, str]] = {
    "right": ("right", "正确"),
    "not retrieved": ("not retrieved", "未检索到"),
    "retrieved but not used": ("retrieved but not used", "检索到但未使用"),
    "wrong": ("used but wrong", "用了但答错"),
    "refused": ("refused", "误拒答"),
    "not refused": ("not refused", "应拒未拒"),
    "wrong language": ("wrong language", "语言不对"),
    "wrong citation": ("wrong citation", "引用不对"),
    "error": ("error", "出错"),
    "not scored": ("not scored", "未评分"),
}
TYPES: dict[str, tuple[str, str]] = {
    "number": ("number", "数字"), "fact": ("fact", "事实"), "definition": ("definition", "定义"),
    "list": ("list", "列举"), "table": ("table", "表格"), "compare": ("compare", "比较"),
    "conflict": ("conflict", "冲突"), "followup": ("follow-up", "追问"),
    "unanswerable": ("unanswerable", "无答案"), "false_premise": ("false premise", "错误前提"),
}
GROUPS: dict[str, tuple[str, str]] = {
    "lang": ("Language", "语言"), "type": ("Type of question", "题型"), "report": ("Report", "报告"),
}
LANGUAGES: dict[str, tuple[str, str]] = {"zh": ("Chinese", "中文"), "en": ("English", "英文")}
STAGES: dict[str, tuple[str, str]] = {
    "translate_s": ("translating", "翻译"), "retrieve_s": ("searching", "检索"),
    "first_token_s": ("first word", "首字"), "total_s": ("in all", "总计"),
}
USAGE: dict[str, tuple[str, str]] = {
    "prompt_tokens": ("prompt tokens", "输入词元"), "completion_tokens": ("answer tokens", "输出词元"),
    "cost": ("cost", "费用"),
}


def both(en: str, zh: str) -> str:
    """A label in both languages; the page shows the one chosen."""
    return f'<span class="en" lang="en">{escape(en)}</span><span class="zh" lang="zh">{escape(zh)}</span>'


def named(names: dict[str, tuple[str, str]], key: str) -> str:
    """The label for a key in both languages; the key itself where it has none."""
    return both(*names[key]) if key in names else escape(key)
