"""What staff read of each doubt: its name, and the sentence of a doubt of assembly, in the campaign's terms.

A sentence holds the campaign's terms (`{form}`), the first of the doubt's files (`{file}`) and what the
doubt tells.  The rules write their own sentences, since these quote what was read.
"""

from __future__ import annotations

from collections.abc import Mapping

from intake.domain.campaign.terms import Words
from intake.domain.model.doubt import Doubt, DoubtKind

DOUBT_NAMES: Mapping[DoubtKind, str] = {
    DoubtKind.SCAN_UNDECIDED: "扫描件归属不明",
    DoubtKind.SCAN_MISNAMED: "扫描件文件名与内容不符",
    DoubtKind.SCAN_ALONE: "扫描件无相应{form}",
    DoubtKind.SCANS_ALIKE: "多份扫描件是否同一{nominee}不明",
    DoubtKind.SCAN_BY_MISTAKE: "扫描件可能误附",
    DoubtKind.SCAN_OF_SEVERAL: "扫描件可能含多份{form}",
    DoubtKind.NAMES_APART: "{form}与扫描件名称不一致",
    DoubtKind.FORMS_OF_ONE: "同一邮件多份{form}",
    DoubtKind.UNITS_IN_ONE_FILE: "同一文件{unit}不一",
    DoubtKind.LATER_FORM: "前后{form}是否同一{nominee}不明",
    DoubtKind.SENT_BESIDE: "无法打开的文件是否已另行报送不明",
    DoubtKind.AMENDED_IN_WORDS: "来信更正未附文件",
    DoubtKind.HALF_REPLACED: "作废材料未全部重报",
    DoubtKind.CORRECTION: "可能系更正",
    DoubtKind.CORRECTED: "可能已被更正",
    DoubtKind.FILE_UNREAD: "文件未能自动读取",
    DoubtKind.NAME_AMBIGUOUS: "名称有多种读法",
    DoubtKind.FIGURE_AMBIGUOUS: "数值不明",
    DoubtKind.FIGURE_ROUNDED: "约数接近限值",
    DoubtKind.SCAN_READ_OTHERWISE: "扫描件识别文字略有出入",
    DoubtKind.SCAN_READ_AS_ONE: "扫描件姓名含形近字",
    DoubtKind.SCAN_TEXT_UNREAD: "扫描件文字未识别",
    DoubtKind.SEAL_UNSEEN: "印章无法辨认",
    DoubtKind.SEAL_OF_WHICH_FORM: "印章属于哪一份不明",
    DoubtKind.SEAL_OF_ANOTHER: "印章与单位不一致",
    DoubtKind.PERHAPS_MARKED: "疑似涉密标志",
    DoubtKind.TWO_TIMES: "收到时间记载不一",
    DoubtKind.SENT_AFTER_RETURN: "退回后又收到材料",
}

SENTENCES: Mapping[DoubtKind, str] = {
    DoubtKind.SCAN_UNDECIDED: "本单位有扫描件无法确定属于哪一份{form}{candidates}",
    DoubtKind.SCAN_MISNAMED: (
        "扫描件《{file}》的文件名为“{named}”，所示内容为“{shown}”，已按内容归入，请核对"
    ),
    DoubtKind.SCAN_ALONE: (
        "扫描件《{file}》所示{nominee}读作“{shown}”，未收到与之相应的{form}WORD版，请核对"
    ),
    DoubtKind.SCANS_ALIKE: "有多份扫描件未收到{form}WORD版，无法确定是否为同一{nominee}",
    DoubtKind.SCAN_BY_MISTAKE: (
        "扫描件《{file}》与另一份{form}同一邮件收到，而该{form}的扫描件见于其他邮件，可能系误附，请核对"
    ),
    DoubtKind.SCAN_OF_SEVERAL: "扫描件《{file}》可能含有多份{form}，未能自动分开，请人工核对",
    DoubtKind.NAMES_APART: "{form}与扫描件的名称不一致，无法确定是否为同一{nominee}",
    DoubtKind.FORMS_OF_ONE: "同一邮件内有多份不同的{form}写的是同一{nominee}",
    DoubtKind.UNITS_IN_ONE_FILE: "同一文件内的多份{form}写有不同的{unit}",
    DoubtKind.LATER_FORM: "《{file}》与其后收到的《{later}》可能为同一{nominee}，无法确定，请核对",
    DoubtKind.SENT_BESIDE: "{seen}；其后本单位又报送了材料，请核对该文件内的材料是否已另行报送",
    DoubtKind.AMENDED_IN_WORDS: "{letter}要求更正而未附文件：{quoted}",
    DoubtKind.HALF_REPLACED: "{at}来信称原报送材料作废，但未重新报送“{old}”，是否仍然有效需核对",
    DoubtKind.CORRECTION: "可能是对{older}的更正，请核对是否为同一{nominee}",
    DoubtKind.CORRECTED: "“{newer}”的{form}可能是对{older}的更正",
}


def doubt_name(kind: DoubtKind, words: Words) -> str:
    """The kind of a doubt in a few words, as `shouwen status` shows it."""
    return words.fill(DOUBT_NAMES[kind])


def doubt_sentence(doubt: Doubt, words: Words) -> str:
    """What staff are told of a doubt of assembly, with its files and what they show."""
    file = {"file": doubt.files[0]} if doubt.files else {}
    return words.fill(SENTENCES[doubt.kind], **file, **dict(doubt.told))
