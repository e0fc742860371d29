"""The page of choices and source differences, made from the rule data (``docs/source-differences.md``)."""

from collections.abc import Iterable

from libs.shared.rules.rule_sets import RuleSet


def source_differences(rule_sets: Iterable[RuleSet]) -> str:
    """A Markdown page: per rule set, our choices with their defaults, and where the source contradicts itself."""
    lines = [
        "# Choices and differences in the sources",
        "",
        "Generated from the rule data. A choice is ours where the source is silent or at odds with itself;",
        "each is a named setting with the default given here.",
    ]
    for rule_set in rule_sets:
        lines += ["", f"## {rule_set.name}, version {rule_set.version} (source {', '.join(rule_set.sources)})"]
        if rule_set.choices:
            lines += ["", "| rules | setting | default | why |", "|---|---|---|---|"]
            lines += [
                f"| {', '.join(each.rule_ids)} | `{each.setting}` | {each.default} | {each.text.en} |"
                for each in rule_set.choices
            ]
        if rule_set.differences:
            lines += ["", "| rules | source | difference |", "|---|---|---|"]
            lines += [
                f"| {', '.join(each.rule_ids)} | {each.source} | {each.text.en} |" for each in rule_set.differences
            ]
    return "\n".join(lines) + "\n"
