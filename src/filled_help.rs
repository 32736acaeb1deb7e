//! What `--help` prints. The texts stand in the source in lines of its width; on a terminal of another width their paragraphs are filled anew,
//! while examples, which begin with two blanks, keep their lines: they are copied.

use clap::Command;

/// The same command with paragraphs that have no line breaks of their own.
pub(crate) fn filled(command: Command) -> Command {
    let command = match command.get_after_help().map(ToString::to_string) {
        Some(text) => command.after_help(paragraphs(&text)),
        None => command,
    };
    command.mut_subcommands(filled)
}

/// Joins lines of prose that follow one another. A line that begins with blanks, ends with a colon, or says what the exit codes are, stands by itself.
fn paragraphs(text: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        let prose = !line.is_empty() && !line.starts_with(' ') && !line.ends_with(':');
        match out.last_mut().filter(|_| open && prose && !line.starts_with("Exit codes")) {
            Some(last) => {
                last.push(' ');
                last.push_str(line);
            }
            None => out.push(line.to_owned()),
        }
        open = prose;
    }
    out.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn paragraphs_are_joined_and_examples_are_not() {
        let text =
            "Examples:\n  ntroc a   one\n  ntroc b   two\n\nIt does\nthis and that.\nExit codes: 0 done · 1\nnot";
        let ours = "Examples:\n  ntroc a   one\n  ntroc b   two\n\nIt does this and that.\nExit codes: 0 done · 1 not";
        assert_eq!(paragraphs(text), ours);
    }

    /// A line that is filled anew can't be copied.
    #[test]
    fn examples_fit_in_their_lines() {
        for command in crate::commands::Cli::command().get_subcommands() {
            let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(text.contains("Exit codes"), "{} says neither how it is used nor how it ends", command.get_name());
            for line in text.lines().filter(|line| line.starts_with("  ")) {
                assert!(line.chars().count() <= 100, "{}: {line}", command.get_name());
            }
        }
    }
}
