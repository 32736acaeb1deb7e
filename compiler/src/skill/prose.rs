//! Steps that stand in the text of a `runbook.md` and not in its front matter: as headings with numbers, or beneath a heading that says
//! that what follows are the steps. What cannot be told apart from ordinary text is no step.

use super::SkillStep;
use super::scaffold::snake;

/// Headings beneath which the steps stand.
const STEPS: [&str; 6] = ["steps", "procedure", "process", "the steps", "runbook", "what to do"];
/// The longest title of a step, in characters; what a list says beyond stands in the description.
const LONGEST_TITLE: usize = 60;
/// How many lines of text a step keeps.
const MOST_LINES: usize = 20;

/// What the text of a file says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Prose {
    /// Its first heading of the first level; empty where there is none.
    pub title: String,
    /// Its steps, in order.
    pub steps: Vec<SkillStep>,
}

/// Reads Markdown.
pub fn prose(text: &str) -> Prose {
    let sections = sections(text);
    let title = sections.iter().find(|section| section.level == 1).map(|section| plain(section.heading));
    Prose { title: title.unwrap_or_default(), steps: steps(&sections) }
}

/// A heading and the lines beneath it, up to the next heading of any level.
struct Section<'t> {
    level: usize,
    heading: &'t str,
    lines: Vec<&'t str>,
}

fn sections(text: &str) -> Vec<Section<'_>> {
    let mut sections = vec![Section { level: 0, heading: "", lines: Vec::new() }];
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        let inner = line.trim_start();
        let fences = ["```", "~~~"].into_iter().find(|sign| inner.starts_with(sign));
        if let Some(sign) = fences {
            // What is quoted as code has no headings and no steps; it ends with the sign that began it.
            fence = match fence {
                None => Some(sign),
                Some(open) if open == sign => None,
                open => open,
            };
        } else if fence.is_none() {
            let marks = inner.len() - inner.trim_start_matches('#').len();
            match inner.get(marks..).and_then(|rest| rest.strip_prefix(' ')) {
                Some(heading) if (1..=6).contains(&marks) => {
                    let heading = heading.trim().trim_end_matches('#').trim_end();
                    sections.push(Section { level: marks, heading, lines: Vec::new() });
                    continue;
                }
                _ => {}
            }
        }
        if let Some(section) = sections.last_mut() {
            section.lines.push(line);
        }
    }
    sections
}

fn steps(sections: &[Section<'_>]) -> Vec<SkillStep> {
    let is_named = |section: &Section<'_>| STEPS.contains(&plain(section.heading).to_lowercase().as_str());
    if let Some(at) = sections.iter().position(|section| section.level > 1 && is_named(section))
        && let Some(named) = sections.get(at)
    {
        let beneath: Vec<_> = sections.iter().skip(at + 1).take_while(|it| it.level > named.level).collect();
        return match beneath.first().map(|first| first.level) {
            Some(level) => beneath.into_iter().filter(|it| it.level == level).map(of_section).collect(),
            None => of_list(&named.lines),
        };
    }
    let is_step = |section: &&Section<'_>| section.level > 1 && without_number(section.heading).is_some();
    let level = sections.iter().find(is_step).map(|section| section.level);
    sections.iter().filter(is_step).filter(|it| Some(it.level) == level).map(of_section).collect()
}

fn of_section(section: &Section<'_>) -> SkillStep {
    let heading = without_number(section.heading).unwrap_or(section.heading);
    step(&plain(heading), section.lines.iter().copied())
}

/// The items of a list with numbers: `1. **Collect**: what it is about`.
fn of_list(lines: &[&str]) -> Vec<SkillStep> {
    let mut items: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in lines {
        let indent = line.len() - line.trim_start().len();
        match without_number(line.trim()).filter(|_| indent < 2) {
            Some(item) => items.push((item, Vec::new())),
            None => {
                if let Some((_, more)) = items.last_mut() {
                    more.push(line);
                }
            }
        }
    }
    items
        .into_iter()
        .map(|(item, more)| {
            let bold = item.strip_prefix("**").and_then(|rest| rest.split_once("**"));
            let (title, rest) = match bold.or_else(|| item.split_once(": ")).or_else(|| item.split_once(". ")) {
                Some((title, rest)) if title.chars().count() <= LONGEST_TITLE => (plain(title), rest),
                _ => (cut(&plain(item)), if item.chars().count() > LONGEST_TITLE { item } else { "" }),
            };
            let rest = rest.trim_start_matches([':', '.', '-', '–', '—', ' ']);
            step(title.trim_end_matches(['.', ':']), std::iter::once(rest).chain(more))
        })
        .collect()
}

fn step<'t>(title: &str, lines: impl Iterator<Item = &'t str>) -> SkillStep {
    let lines =
        lines.map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("```") && !line.starts_with("~~~"));
    let description: Vec<&str> = lines.take(MOST_LINES).collect();
    SkillStep {
        id: snake(&cut(title)),
        label: title.to_owned(),
        description: description.join("\n"),
        ..SkillStep::default()
    }
}

/// What follows `1.`, `1)`, `1 -`, `Step 1:` and their like.
fn without_number(text: &str) -> Option<&str> {
    let has_word = text.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("step"));
    let rest = if has_word { text.get(4..)?.trim_start() } else { text };
    let after = rest.trim_start_matches(|sign: char| sign.is_ascii_digit());
    let number = rest.len() - after.len();
    let after = after.trim_start();
    let rest = after.trim_start_matches(['.', ')', ':', '-', '–', '—']);
    ((1..=3).contains(&number) && rest.len() < after.len() && !rest.trim().is_empty()).then(|| rest.trim())
}

/// Without the marks of Markdown.
fn plain(text: &str) -> String {
    let text = without_number(text).unwrap_or(text);
    text.chars().filter(|sign| !matches!(sign, '*' | '`')).collect::<String>().trim().to_owned()
}

/// At most so many characters, whole words where there are several.
fn cut(title: &str) -> String {
    if title.chars().count() <= LONGEST_TITLE {
        return title.to_owned();
    }
    let short: String = title.chars().take(LONGEST_TITLE).collect();
    short.rsplit_once(' ').map_or(short.as_str(), |(whole, _)| whole).trim_end_matches([',', ';']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(text: &str) -> Vec<String> {
        prose(text).steps.into_iter().map(|step| step.label).collect()
    }

    #[test]
    fn headings_with_numbers_are_steps() {
        let text = "# Month end\n\n## Overview\nWhy.\n\n## 1. Collect the `trial balance`\nWait for it.\n\nThen go on.\n### 1.1 Detail\n\
                    ## Step 2: Review\n## Contacts\nx\n";
        let found = prose(text);
        assert_eq!(found.title, "Month end");
        assert_eq!(titles(text), ["Collect the trial balance", "Review"]);
        assert_eq!(
            found.steps.first().map(|step| (step.id.as_str(), step.description.as_str())),
            Some(("collect_the_trial_balance", "Wait for it.\nThen go on."))
        );
    }

    #[test]
    fn what_stands_beneath_steps_is_a_step() {
        assert_eq!(
            titles("# A\n## Steps\n### Collect\nx\n#### Deep\n### Post\n## Contacts\n### Nobody\n"),
            ["Collect", "Post"]
        );
        let list = "## Procedure\nFirst:\n1. **Collect**: the files\n   of all funds\n2. Post. At once.\n3) Sign off\n\n## After\n1. no\n";
        assert_eq!(titles(list), ["Collect", "Post", "Sign off"]);
        let first = prose(list).steps.into_iter().next().unwrap_or_default();
        assert_eq!(first.description, "the files\nof all funds");
    }

    #[test]
    fn ordinary_text_and_code_have_no_steps() {
        for text in [
            "",
            "# Claims\n\nWhatever.\n",
            "## Overview\n1. one\n2. two\n",
            "```\n## 1. Not\n```\n",
            "## 2026 in review\n",
            "## 1.\n",
            "#1. x",
        ] {
            assert_eq!(titles(text), Vec::<String>::new(), "{text}");
        }
    }
}
