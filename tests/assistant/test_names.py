"""Names and terms known in both languages."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.claims import known
from assistant.names import AS_WRITTEN, chinese_in, english_in, in_chinese, in_english, is_name, terms_in

LINES = files("assistant").joinpath("names.tsv").read_text("utf-8").splitlines()

EVERYDAY_WORDS = (
    "a about after all also an and any are as at be been but by can could data day did do does even first for"
    " from get go good great had has have he her here him his home how i if in into is it its just know last"
    " like long look made make man many may me more most much must my name new no not now of on one only or"
    " other our out over part people place say see she should so some such than that the their them then"
    " there these they thing this those through time to two under up us use very was way we well were what"
    " when where which while who will with work world would year you your meta target visa arm unity gap best"
    " square block honor vivo edge nature science cell intuit lark wind may march general national capital"
)

ROUND_TRIPS = [
    ("Moonshot AI", "月之暗面"),
    ("Zhipu AI", "智谱"),
    ("01.AI", "零一万物"),
    ("BAAI", "智源研究院"),
    ("BYD", "比亚迪"),
    ("WuXi AppTec", "药明康德"),
    ("LONGi", "隆基绿能"),
    ("AstraZeneca", "阿斯利康"),
    ("ASML", "阿斯麦"),
    ("CICC", "中金公司"),
    ("Frost & Sullivan", "弗若斯特沙利文"),
    ("JPMorgan", "摩根大通"),
    ("State Grid", "国家电网"),
    ("Industrial and Commercial Bank of China", "工商银行"),
    ("People's Bank of China", "中国人民银行"),
    ("National Energy Administration", "国家能源局"),
    ("National Data Administration", "国家数据局"),
    ("National Medical Products Administration", "国家药监局"),
    ("International Energy Agency", "国际能源署"),
    ("World Bank", "世界银行"),
    ("Federal Reserve", "美联储"),
    ("ETH Zurich", "苏黎世联邦理工学院"),
    ("14th Five-Year Plan", "十四五规划"),
    ("Interim Measures for the Management of Generative AI Services", "生成式人工智能服务管理暂行办法"),
    ("General Data Protection Regulation", "通用数据保护条例"),
    ("Belt and Road Initiative", "一带一路"),
    ("Yangtze River Delta", "长三角"),
    ("Beijing-Tianjin-Hebei", "京津冀"),
    ("Guangdong-Hong Kong-Macao Greater Bay Area", "粤港澳大湾区"),
    ("Haidian", "海淀区"),
    ("United Arab Emirates", "阿联酋"),
    ("humanoid robot", "人形机器人"),
    ("harmonic reducer", "谐波减速器"),
    ("planetary roller screw", "行星滚柱丝杠"),
    ("weak-to-strong generalization", "弱到强泛化"),
    ("red teaming", "红队测试"),
    ("hyperscale data centre", "超大规模数据中心"),
    ("hundred-billion-parameter", "千亿参数"),
    ("gross margin", "毛利率"),
    ("net profit", "净利润"),
    ("year on year", "同比"),
    ("Series A", "A轮"),
    ("seed round", "种子轮"),
    ("angel round", "天使轮"),
    ("market share", "市场份额"),
    ("production capacity", "产能"),
    ("filing system", "备案制"),
    ("perovskite", "钙钛矿"),
    ("antibody-drug conjugate", "抗体偶联药物"),
]


def test_every_line_is_an_english_and_a_chinese_term() -> None:
    for line in filter(None, LINES):
        english, tab, chinese = line.partition("\t")
        assert (english.strip(), chinese.strip()) == (english, chinese), line
        assert all((english, tab, chinese)), line
        assert "\t" not in chinese, line


def test_no_pair_stands_twice() -> None:
    pairs = [line.lower() for line in LINES if line]
    assert len(set(pairs)) == len(pairs)


def test_every_term_is_found_whole_where_it_stands() -> None:
    for line in filter(None, LINES):
        english, _, chinese = line.partition("\t")
        assert list(chinese_in(f"About {english}, say")) == [english], line
        assert list(english_in(f"关于{chinese}的内容")) == [chinese], line


def test_no_term_is_an_everyday_word_in_small_letters() -> None:
    for line in filter(None, LINES):
        english, _, chinese = line.partition("\t")
        assert len(chinese) > 1, line
        assert english.lower() not in EVERYDAY_WORDS.split() or english in AS_WRITTEN, line


def test_what_is_to_be_found_as_it_is_written_is_in_the_table() -> None:
    assert {line.partition("\t")[0] for line in LINES} >= AS_WRITTEN


def test_a_name_and_its_other_forms_are_one_name() -> None:
    for forms in (
        ("北京", "北京市", "Beijing"),
        ("广东", "广东省", "Guangdong"),
        ("工信部", "工业和信息化部", "MIIT"),
        ("比亚迪", "BYD", "BYD's"),
        ("十四五规划", "“十四五”", "14th Five-Year Plan"),
        ("世界卫生组织", "世卫组织", "WHO", "World Health Organisation"),
        ("摩根大通", "JPMorgan", "J.P. Morgan"),
        ("上海交通大学", "上海交大", "Shanghai Jiao Tong University"),
        ("弗若斯特沙利文", "沙利文", "Frost & Sullivan"),
        ("澳门", "Macao", "Macau"),
    ):
        assert len({known(form) for form in forms}) == 1, forms
        assert known(forms[0])


@pytest.mark.parametrize(("english", "chinese"), ROUND_TRIPS)
def test_a_term_goes_over_and_comes_back(english: str, chinese: str) -> None:
    assert list(chinese_in(english).values()) == [chinese]
    assert list(english_in(chinese).values()) == [english]


@pytest.mark.parametrize(
    "text",
    [
        "提高通信效率", "高通量测序", "缓解高通胀", "教育部门的政策", "财政部长说", "北京大学生", "发展中国家",
        "其中国内生产", "隆重庆祝", "扩大连接", "复合肥料", "3D轮廓", "中东部地区", "卫星链路", "最佳能效",
        "苹果汁", "数百万科技人员", "轻松下载", "能力拓展", "智慧与能力", "一致同意", "美好未来", "互联电网",
    ],
)  # fmt: skip
def test_no_name_stands_inside_ordinary_chinese(text: str) -> None:
    assert not [english for english in english_in(text).values() if is_name(english)]


@pytest.mark.parametrize(
    "text",
    [
        "Who trained it?",
        "let us ascend",
        "a shell of itself",
        "the first solar farm",
        "cooked turkey",
        "in vivo",
    ],
)
def test_no_name_is_seen_in_an_english_word(text: str) -> None:
    assert not chinese_in(text)


def test_a_whole_name_is_not_the_shorter_one_in_it() -> None:
    assert english_in("上海交通大学") == {"上海交通大学": "Shanghai Jiao Tong University"}
    assert english_in("美国银行业") == {}
    assert english_in("美国银行") == {"美国银行": "Bank of America"}


def test_names_are_put_into_the_other_language_and_common_terms_stay() -> None:
    assert in_english("药明康德毛利率") == " WuXi AppTec 毛利率"
    assert in_chinese("gross margin of WuXi AppTec and byd") == "gross margin of 药明康德 and 比亚迪"


def test_a_name_that_the_end_of_a_line_cuts_in_two_is_known() -> None:
    assert known("神州数码")
    assert known("神州数\n码") == known("神州数码")
    assert known("生成式 AI") == known("生成式AI")
    assert known("AI\n\nAgent") == known("AI Agent")


def test_both_spellings_are_known() -> None:
    for one, other in (
        ("data center", "data centre"),
        ("quantization", "quantisation"),
        ("World Health Organization", "World Health Organisation"),
        ("labor market", "labour market"),
    ):
        assert list(chinese_in(one).values()) == list(chinese_in(other).values()) != []


def test_names_are_found_in_order_whatever_their_case() -> None:
    assert list(chinese_in("What do Baidu and IRESEARCH say?")) == ["Baidu", "IRESEARCH"]
    assert chinese_in("iResearch")["iResearch"] == "艾瑞咨询"


@pytest.mark.parametrize("text", ["ten cities worldwide", "eyes on the spices", "a film of 5 micron"])
def test_a_word_that_begins_like_a_name_is_none(text: str) -> None:
    assert not chinese_in(text)


def test_a_plural_or_a_genitive_is_the_same_name() -> None:
    assert chinese_in("iResearch's figure") == {"iResearch's": "艾瑞咨询"}


def test_a_name_inside_another_word_is_not_found() -> None:
    assert "iResearch" not in chinese_in("unioniResearching")


def test_the_longest_term_is_taken() -> None:
    chinese = [line.partition("\t")[2] for line in LINES if line]
    inner, outer = next((a, b) for a in chinese for b in chinese if a != b and b.startswith(a))
    assert outer in english_in(outer)
    assert inner not in english_in(outer)


def test_capitals_make_a_name() -> None:
    assert is_name("Baidu")
    assert is_name("iResearch")
    assert not is_name("market size")
    assert not is_name("")


@given(st.text(max_size=80))
def test_what_is_found_stands_in_the_text(text: str) -> None:
    assert all(term in text for term in (*chinese_in(text), *english_in(text)))


def test_a_term_in_which_only_an_abbreviation_has_capitals_is_no_name() -> None:
    for term, name in [("AI chip", False), ("generative AI", False), ("5G base station", False), ("BYD", True),
                       ("iFLYTEK", True), ("EU AI Act", True), ("gross margin", False)]:  # fmt: skip
        assert is_name(term) is name


def test_terms_of_more_than_one_word_are_found_and_put_in_chinese_where_that_is_wanted() -> None:
    asked = "What gross margin and risk did BYD's harmonic reducers have?"
    assert terms_in(asked) == {"gross margin": "毛利率", "harmonic reducers": "谐波减速器"}
    assert in_chinese(asked, terms=True) == "What 毛利率 and risk did 比亚迪 谐波减速器 have?"
    assert in_chinese(asked) == "What gross margin and risk did 比亚迪 harmonic reducers have?"
