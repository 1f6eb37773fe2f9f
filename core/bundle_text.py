"""What the check of an evidence bundle found, in words, without Odoo's translations.

The check runs on machines of others; so its words come with it, in two languages.
"""

TEXTS = {
    "en": {
        "head": "Evidence bundle {id}",
        "content": "SHA-256 of its content: {sha256}",
        "checked": "Checked: {units} units, {events} events, {groups} groups, "
        "{files} files",
        "pdf_checked": "Checked: the PDF",
        "unseen": "Not at hand, so not checked: {name}",
        "holds": "Everything that was checked holds.",
        "fails": "THE CHECK FAILS: {count} findings.",
        "more": "… and {count} more",
        "event": "unit {0}, event {1} ({2})",
        "unit": "unit {0}",
        "unit_event": "unit {0}, event {1}",
        "part": "part “{0}”",
        "element": "part “{0}”, {1}",
        "group": "group {0}",
        "member": "group {0}, unit {1}",
        "file": "file {0}",
        "not_a_bundle": "this file is not an evidence bundle",
        "format_unknown": "this form of bundle is not known: {format}",
        "not_as_written": "the file is not written as bundles are: a space, a line or "
        "a sign was changed",
        "malformed": "what is checked here is missing or not of its kind: {check}",
        "part_missing": "is missing or not of its kind",
        "part_unknown": "does not belong into a bundle",
        "part_changed": "was changed after the bundle was made",
        "seal_broken": "the seal does not fit the content",
        "event_fields": "has other fields than an event has",
        "event_foreign": "belongs to another unit",
        "event_order": "stands at place {number} of the chain",
        "event_link": "does not follow the event before: its previous hash is another",
        "event_changed": "its content does not give its hash; changed: {fields}",
        "event_marks": "its marks were changed: {fields}",
        "events_missing": "{told} events were recorded, {found} are here",
        "figure_wrong": "“{name}” says {told}; the units listed give {computed}",
        "member_unseen": "is counted as seen where it has no sighting",
        "file_changed": "is not the file of this bundle",
        "pdf_unnamed": "the bundle names no PDF",
        "pdf_changed": "is not the PDF of this bundle",
        "pdf_of_another": "the PDF does not name this bundle's content",
        "unknown_field": "(not told)",
    },
    "zh": {
        "head": "证据包 {id}",
        "content": "内容的 SHA-256：{sha256}",
        "checked": "已核验：{units} 台产品、{events} 条事件、{groups} 个分组、"
        "{files} 个文件",
        "pdf_checked": "已核验：PDF",
        "unseen": "文件不在手边，未核验：{name}",
        "holds": "所核验的内容全部成立。",
        "fails": "核验不通过：{count} 处问题。",
        "more": "……另有 {count} 处",
        "event": "产品 {0}，第 {1} 条事件（{2}）",
        "unit": "产品 {0}",
        "unit_event": "产品 {0}，第 {1} 条事件",
        "part": "“{0}”部分",
        "element": "“{0}”部分，{1}",
        "group": "分组 {0}",
        "member": "分组 {0}，产品 {1}",
        "file": "文件 {0}",
        "not_a_bundle": "该文件不是证据包",
        "format_unknown": "未知的证据包格式：{format}",
        "not_as_written": "文件的书写形式与证据包不符：有空格、换行或字符被改动",
        "malformed": "待核验的内容缺失或类型不符：{check}",
        "part_missing": "缺失或类型不符",
        "part_unknown": "不属于证据包",
        "part_changed": "在证据包生成之后被改动",
        "seal_broken": "封印与内容不符",
        "event_fields": "字段与事件应有的字段不同",
        "event_foreign": "属于另一台产品",
        "event_order": "位于链条的第 {number} 位",
        "event_link": "与前一条事件不衔接：其前序哈希不同",
        "event_changed": "内容与其哈希不符；被改动的字段：{fields}",
        "event_marks": "标记被改动：{fields}",
        "events_missing": "应有 {told} 条事件，此处有 {found} 条",
        "figure_wrong": "“{name}”写为 {told}；按所列产品计算为 {computed}",
        "member_unseen": "被计为在某地出现，但并无此观测",
        "file_changed": "不是该证据包的文件",
        "pdf_unnamed": "证据包未指明 PDF",
        "pdf_changed": "不是该证据包的 PDF",
        "pdf_of_another": "PDF 未写明该证据包的内容哈希",
        "unknown_field": "（无法判断）",
    },
}

MOST = 50

# How a finding's place is told, by its reason; others name no place.
_PLACES = {
    "event_fields": "unit_event",
    "event_foreign": "event",
    "event_order": "event",
    "event_link": "event",
    "event_changed": "event",
    "event_marks": "event",
    "events_missing": "unit",
    "figure_wrong": "group",
    "member_unseen": "member",
    "file_changed": "file",
    "pdf_changed": "file",
}


def tell(report, language: str = "en") -> list[str]:
    """Return the lines that tell what was checked and what does not hold."""
    texts = TEXTS[language]
    lines = [
        texts["head"].format(id=report.document_id),
        texts["content"].format(sha256=report.sha256),
        texts["checked"].format(
            units=report.units,
            events=report.events,
            groups=report.groups,
            files=report.files,
        ),
    ]
    if report.pdf:
        lines.append(texts["pdf_checked"])
    lines += [texts["unseen"].format(name=name) for name in report.unseen_files]
    if report.holds:
        return [*lines, texts["holds"]]
    lines.append(texts["fails"].format(count=len(report.findings)))
    lines += [f"- {tell_finding(found, texts)}" for found in report.findings[:MOST]]
    left = len(report.findings) - MOST
    return [*lines, texts["more"].format(count=left)] if left > 0 else lines


def tell_finding(finding, texts) -> str:
    """Return one finding as a sentence."""
    values = dict(finding.values)
    if "fields" in values:
        values["fields"] = ", ".join(values["fields"]) or texts["unknown_field"]
    if finding.reason == "malformed":
        return texts["malformed"].format(check=finding.where[0])
    text = texts[finding.reason].format(**values)
    if not finding.where:
        return text
    place = _PLACES.get(finding.reason)
    if not place:
        place = "element" if len(finding.where) > 1 else "part"
    return f"{texts[place].format(*finding.where)}: {text}"
