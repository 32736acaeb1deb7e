//! A runbook read in units: its head, and what begins at each block of its body, so that an edit in a block has only that block read anew.
//!
//! A unit begins where a statement begins a line that cannot go on with what stands before it: at a block, a `let`, a `for`. It is read
//! as if it were the whole body of a runbook. Where the brackets of a runbook fit, its units give the tree and the messages of the whole. Where one does
//! not, the indentation says where the next unit begins all the same; where it does not say so clearly, the runbook is read as a whole.

use crate::ast::{Comment, Decl, File, Stmt};
use crate::build::{Found, comments};
use crate::parse::{Raw, raw};
use crate::scan::Scan;
use crate::shift::{Shift, append};
use crate::{Problem, Span};

/// What a block stands in while it is read by itself.
const OPEN: &str = "runbook x {\n";
const CLOSE: &str = "\n}\n";

/// What a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// A piece that is not divided.
    Whole,
    /// A runbook up to its first block.
    Head,
    /// A block and what follows it up to the next.
    Block,
    /// The bracket that closes a runbook, and the comments after it.
    Tail,
}

/// What is read at a time; places are counted from its own beginning.
#[derive(Debug)]
pub(crate) struct Unit {
    pub(crate) part: Part,
    pub(crate) text: Box<str>,
    pub(crate) decls: Vec<Decl>,
    /// Statements of the declaration that was begun before it.
    pub(crate) stmts: Vec<Stmt>,
    pub(crate) comments: Vec<Comment>,
    pub(crate) found: Vec<Found>,
    /// How long its longest word is.
    pub(crate) longest: usize,
}

impl Unit {
    /// Reads a part. `None` where it does not stand by itself.
    pub(crate) fn new(part: Part, text: &str) -> Option<Unit> {
        match part {
            Part::Whole => Some(Unit::whole(text)),
            Part::Head => Unit::head(text),
            Part::Block => Unit::block(text),
            Part::Tail => {
                let after = text.get(1..)?;
                let mut comments = comments(after, &[]);
                comments.shift(1);
                Some(Unit { comments, ..Unit::empty(part, text) })
            }
        }
    }

    fn empty(part: Part, text: &str) -> Unit {
        let (decls, stmts) = (Vec::new(), Vec::new());
        let letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let longest = text.split(|c: char| !letter(c)).map(str::len).max().unwrap_or(0);
        Unit { part, text: text.into(), decls, stmts, comments: Vec::new(), found: Vec::new(), longest }
    }

    /// How many statements it gives to the runbook.
    pub(crate) fn statements(&self) -> usize {
        let head = self.decls.iter().filter_map(|decl| match decl {
            Decl::Runbook(decl) => Some(decl.body.stmts.len()),
            _ => None,
        });
        self.stmts.len() + head.sum::<usize>()
    }

    /// Reads a piece that is not divided.
    pub(crate) fn whole(text: &str) -> Unit {
        let Raw { file, found } = raw(text);
        Unit { decls: file.decls, comments: file.comments, found, ..Unit::empty(Part::Whole, text) }
    }

    fn head(text: &str) -> Option<Unit> {
        let Raw { file, found } = raw(&format!("{text}}}\n"));
        let end = u32::try_from(text.len()).ok()?;
        let [Decl::Runbook(decl)] = file.decls.as_slice() else { return None };
        let sound = decl.body.span.end == end + 1 && found.iter().all(|found| is_inside(&found.problem, 0, end));
        sound.then(|| Unit { decls: file.decls, comments: file.comments, found, ..Unit::empty(Part::Head, text) })
    }

    fn block(text: &str) -> Option<Unit> {
        let Raw { mut file, mut found } = raw(&format!("{OPEN}{text}{CLOSE}"));
        let start = u32::try_from(OPEN.len()).ok()?;
        let end = start + u32::try_from(text.len()).ok()?;
        if file.decls.len() > 1 {
            return None;
        }
        let Some(Decl::Runbook(mut decl)) = file.decls.pop() else { return None };
        // Past the line's end, at the bracket that was put there.
        let sound = decl.body.span.end == end + 2 && found.iter().all(|found| is_inside(&found.problem, start, end));
        if !sound {
            return None;
        }
        let back = -i32::try_from(start).ok()?;
        decl.body.stmts.shift(back);
        file.comments.shift(back);
        found.shift(back);
        let stmts = decl.body.stmts;
        Some(Unit { stmts, comments: file.comments, found, ..Unit::empty(Part::Block, text) })
    }
}

/// Whether all that a problem points at lies in a place.
fn is_inside(problem: &Problem, start: u32, end: u32) -> bool {
    let inside = |span: &Span| start <= span.start && span.end <= end;
    inside(&problem.span)
        && problem.fix.iter().all(|fix| inside(&fix.span))
        && problem.related.iter().all(|(span, _)| inside(span))
}

/// Puts statements behind those of the declaration that was put there last.
pub(crate) fn add_statements(file: &mut File, stmts: &[Stmt], at: u32) {
    if let Some(Decl::Runbook(decl)) = file.decls.last_mut() {
        append(&mut decl.body.stmts, stmts, at);
    }
}

/// Ends the declaration that was put there last.
pub(crate) fn close(file: &mut File, closer: u32) {
    if let Some(Decl::Runbook(decl)) = file.decls.last_mut() {
        decl.body.span.end = closer.saturating_add(1);
        decl.span.end = decl.body.span.end;
    }
}

/// A runbook in parts.
pub(crate) struct Split<'t> {
    /// The parts in order and without gaps, each with its place.
    pub(crate) parts: Vec<(usize, Part, &'t str)>,
    /// Where the bracket stands that closes it.
    pub(crate) closer: usize,
}

/// The parts of a piece. `None` where it is no runbook, has no two blocks, or where it does not say clearly where they begin.
pub(crate) fn split(text: &str) -> Option<Split<'_>> {
    let mut scan = Scan::new(text);
    // The line that opens it, with nothing but comments above.
    while !scan.begun {
        if !scan.more() {
            return None;
        }
        if !is_comment(&scan, scan.at + indent(&scan)) && !scan.starts("runbook ") {
            return None;
        }
        scan.line();
    }
    if scan.depth != 1 || scan.byte(scan.code_end.checked_sub(1)?) != b'{' {
        return None;
    }
    let mut starts = Vec::new();
    let mut base: Option<usize> = None;
    // Where all brackets fit they say what stands in what, and the indentation nothing.
    let fitting = std::cell::OnceCell::new();
    // How far the line is indented that opened what is open.
    let mut opened = 0;
    while scan.more() {
        let (from, indent) = (scan.at, indent(&scan));
        let closes = scan.byte(from + indent) == b'}';
        let begins = if closes { None } else { begins_unit(&scan, from + indent) };
        let fits = base.is_none_or(|base| base == indent);
        // What is open is closed by the indentation, where nothing since was as far to the left.
        let closed =
            |scan: &Scan<'_>| scan.depth == 1 || (!scan.margin && !*fitting.get_or_init(|| brackets_fit(text)));
        let begins = match begins {
            Some(Begins::Block) => fits && closed(&scan),
            Some(Begins::Other) => fits && scan.depth == 1,
            None => false,
        };
        if begins {
            base = base.or(Some(indent));
            starts.push(scan.next_line(scan.code_end));
            (scan.depth, scan.margin) = (1, false);
        } else if closes && base.is_some_and(|base| indent < base) && closed(&scan) {
            return ends(text, scan, starts, from + indent);
        } else if !closes && !is_comment(&scan, from + indent) && base.is_some_and(|base| indent <= base) {
            // Inside of something that is open the indentation tells nothing, unless that was opened as far to the left.
            scan.margin |= scan.depth > 1 && !base.is_some_and(|base| indent == base && opened == base);
        }
        if scan.depth == 1 {
            opened = indent;
        }
        let margin = scan.margin;
        scan.line();
        scan.margin = margin;
        if scan.depth == 0 {
            // A bracket too many, as deep as the blocks: they go on.
            if !(closes && base.is_some_and(|base| indent >= base)) {
                return None;
            }
            scan.depth = 1;
        }
    }
    None
}

/// Whether each bracket of a runbook has its own, and the last one closes the first.
fn brackets_fit(text: &str) -> bool {
    let mut scan = Scan::new(text);
    let mut closed = None;
    while scan.more() {
        scan.line();
        if scan.begun && scan.depth == 0 {
            closed = closed.or(Some(scan.code_end));
        }
    }
    scan.depth == 0 && closed == Some(scan.code_end)
}

/// The parts, where nothing but comments follows what closes the runbook.
fn ends<'t>(text: &'t str, mut scan: Scan<'t>, mut starts: Vec<usize>, closer: usize) -> Option<Split<'t>> {
    while scan.more() {
        scan.line();
    }
    if scan.code_end != closer + 1 || starts.len() < 2 {
        return None;
    }
    let first = *starts.first()?;
    let head = (0, Part::Head, text.get(..first)?);
    let tail = (closer, Part::Tail, text.get(closer..)?);
    starts.push(closer);
    let mut parts = vec![head];
    for pair in starts.windows(2) {
        let [start, end] = pair else { continue };
        parts.push((*start, Part::Block, text.get(*start..*end)?));
    }
    parts.push(tail);
    Some(Split { parts, closer })
}

/// The blanks at the beginning of this line.
fn indent(scan: &Scan<'_>) -> usize {
    (scan.at..).take_while(|at| matches!(scan.byte(*at), b' ' | b'\t')).count()
}

/// Whether nothing but a comment comes in this line, or nothing at all.
fn is_comment(scan: &Scan<'_>, at: usize) -> bool {
    matches!(scan.byte(at), b'\n' | b'\r' | 0) || (scan.byte(at) == b'/' && scan.byte(at + 1) == b'/')
}

/// What begins a unit.
enum Begins {
    /// A block with its name, which stands nowhere but in a body.
    Block,
    /// Another statement.
    Other,
}

/// Whether a statement begins here that nothing before it can go on with: the parser's own look-aheads, and two hard words.
fn begins_unit(scan: &Scan<'_>, at: usize) -> Option<Begins> {
    let end = |at: usize, is: fn(u8) -> bool| (at..).find(|at| !is(scan.byte(*at))).unwrap_or(at);
    let blank = |byte: u8| matches!(byte, b' ' | b'\t');
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let word_end = end(at, letter);
    let next = end(word_end, blank);
    let first = scan.byte(next);
    let named = next > word_end && (first.is_ascii_alphabetic() || first == b'_');
    let other = |begins: bool| begins.then_some(Begins::Other);
    match scan.words(at, word_end) {
        b"step" | b"approve" | b"await" | b"agent" | b"child" => {
            let name_end = end(next, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
            let after = end(name_end, blank);
            let clause = || matches!(scan.words(after, end(after, letter)), b"when" | b"within");
            let goes_on = matches!(scan.byte(after), b'"' | b'\'' | b'{') || (after > name_end && clause());
            (named && goes_on).then_some(Begins::Block)
        }
        b"for" => {
            let name_end = end(next, letter);
            let after = end(name_end, blank);
            other(named && after > name_end && scan.words(after, end(after, letter)) == b"in")
        }
        b"parallel" | b"try" => other(first == b'{'),
        b"let" | b"var" => other(named),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may stop where it stands")]
mod tests {
    use super::{Part, split};

    fn parts(text: &str) -> Vec<&str> {
        split(text).map(|split| split.parts.iter().map(|(_, _, text)| *text).collect()).unwrap_or_default()
    }

    const TWO: &str = "/// About.\nrunbook a \"A\" {\n  output: int\n\n  // first\n  step s \"S\" {\n    run x.y()\n  }\n  step t \"T\" {\n  }\n  let n = 1\n  on z { }\n}\n// end\n";

    #[test]
    fn blocks_begin_units_with_their_comments() {
        let found = parts(TWO);
        assert_eq!(found.concat(), TWO);
        assert_eq!(
            found,
            [
                "/// About.\nrunbook a \"A\" {\n  output: int\n",
                "\n  // first\n  step s \"S\" {\n    run x.y()\n  }\n",
                "  step t \"T\" {\n  }\n",
                "  let n = 1\n  on z { }\n",
                "}\n// end\n"
            ]
        );
        assert!(split(TWO).unwrap().parts.iter().all(|(start, _, text)| TWO[*start..].starts_with(text)));
        assert_eq!(split(TWO).unwrap().parts[1].1, Part::Block);
    }

    #[test]
    fn the_indentation_says_where_a_unit_ends_that_is_open() {
        let open = TWO.replace("    run x.y()\n", "    if x {\n");
        assert_eq!(parts(&open).len(), 5);
        let many = TWO.replace("    run x.y()\n", "    }\n");
        assert_eq!(parts(&many).len(), 5);
        // What was opened as far to the left as the blocks ends before the next of them.
        let followed = TWO.replace("    run x.y()\n  }\n", "  total += 1\n");
        assert_eq!(parts(&followed).len(), 5);
        // Where all brackets fit they count, and not the indentation.
        let flat = TWO.replace("    run x.y()\n", "  step inner \"Inner\" {\n  }\n");
        assert_eq!(parts(&flat).len(), 5);
        // What stands at the blocks' margin inside of something open may belong to it.
        let inside = TWO.replace("    run x.y()\n", "  let y = {\n  }\n");
        assert_eq!(parts(&inside).len(), 5);
    }

    #[test]
    fn what_is_not_clear_is_not_divided() {
        for odd in [
            TWO.replace("}\n// end\n", ""),
            TWO.replace("}\n// end\n", "}\nmore\n"),
            TWO.replace("    run x.y()\n", "x {\n  y {\n"),
            TWO.replace("  let n = 1\n", "").replace("  step t \"T\" {\n  }\n", ""),
            TWO.replace("runbook a", "role b\nrunbook a"),
        ] {
            assert_eq!(parts(&odd), [""; 0], "{odd}");
        }
    }
}
