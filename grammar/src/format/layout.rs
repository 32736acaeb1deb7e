//! Where lines end: as the author broke them, and where they would be too wide.

use super::WIDTH;
use super::pieces::{Kind, Piece};

/// A piece with its place on the page.
pub(super) struct Placed<'p, 't> {
    /// The piece.
    pub(super) piece: &'p Piece<'t>,
    /// The blanks before the line that begins here; `None` where it follows on its line.
    pub(super) indent: Option<usize>,
    /// Whether a blank stands before it on its line.
    pub(super) gap: bool,
    /// Whether it is left out: a comma at the end of a line.
    pub(super) dropped: bool,
    /// Whether an empty line stands before it.
    pub(super) blank: bool,
}

/// Two brackets.
#[derive(Clone, Copy)]
struct Pair {
    open: usize,
    close: usize,
    /// Whether each item stands on a line of its own.
    wide: bool,
    arms: bool,
}

struct Layout<'p, 't> {
    pieces: &'p [Piece<'t>],
    pairs: Vec<Pair>,
    /// The pair that directly holds each piece.
    holder: Vec<Option<usize>>,
    /// The pair that each bracket belongs to.
    of: Vec<Option<usize>>,
    /// Breaks that were added because a line was too wide.
    wrapped: Vec<bool>,
}

/// Places all pieces.
pub(super) fn lay_out<'p, 't>(pieces: &'p [Piece<'t>]) -> Vec<Placed<'p, 't>> {
    let mut layout = Layout::new(pieces);
    layout.author();
    // Each round breaks a too wide line once; nesting bounds how often one can be.
    for _ in 0..64 {
        let placed = layout.place();
        if !layout.wrap(&placed) {
            return placed;
        }
    }
    layout.place()
}

impl<'p, 't> Layout<'p, 't> {
    fn new(pieces: &'p [Piece<'t>]) -> Layout<'p, 't> {
        let mut layout = Layout {
            pieces,
            pairs: Vec::new(),
            holder: Vec::with_capacity(pieces.len()),
            of: vec![None; pieces.len()],
            wrapped: vec![false; pieces.len()],
        };
        let mut open: Vec<usize> = Vec::new();
        for (i, piece) in pieces.iter().enumerate() {
            match piece.kind {
                Kind::OpenBrace | Kind::OpenTight | Kind::OpenLoose => {
                    layout.holder.push(open.last().copied());
                    let pair = layout.pairs.len();
                    layout.pairs.push(Pair { open: i, close: pieces.len(), wide: false, arms: false });
                    layout.set_of(i, pair);
                    open.push(pair);
                }
                Kind::Close => {
                    if let Some(pair) = open.pop() {
                        layout.set_of(i, pair);
                        if let Some(pair) = layout.pairs.get_mut(pair) {
                            pair.close = i;
                        }
                    }
                    layout.holder.push(open.last().copied());
                }
                _ => layout.holder.push(open.last().copied()),
            }
            if piece.arm
                && let Some(pair) = open.last().and_then(|p| layout.pairs.get_mut(*p))
            {
                pair.arms = true;
            }
        }
        layout
    }

    fn set_of(&mut self, piece: usize, pair: usize) {
        if let Some(of) = self.of.get_mut(piece) {
            *of = Some(pair);
        }
    }

    fn piece(&self, i: usize) -> Option<&'p Piece<'t>> {
        self.pieces.get(i)
    }

    fn pair_of(&self, i: usize) -> Option<Pair> {
        self.of.get(i).copied().flatten().and_then(|p| self.pairs.get(p)).copied()
    }

    fn holder_of(&self, i: usize) -> Option<Pair> {
        self.holder.get(i).copied().flatten().and_then(|p| self.pairs.get(p)).copied()
    }

    /// A bracket that the author broke stays broken.
    fn author(&mut self) {
        for (i, piece) in self.pieces.iter().enumerate() {
            if piece.breaks == 0 {
                continue;
            }
            let pair = match piece.kind {
                Kind::Close => self.of.get(i).copied().flatten(),
                _ => self.holder.get(i).copied().flatten(),
            };
            let Some(pair) = pair.and_then(|p| self.pairs.get_mut(p)) else { continue };
            let brace = self.pieces.get(pair.open).is_some_and(|p| p.kind == Kind::OpenBrace);
            if brace || piece.item || piece.kind == Kind::Close || i == pair.open + 1 {
                pair.wide = pair.close > pair.open + 1 || !piece.above.is_empty() || !piece.trailing.is_empty();
            }
        }
    }

    /// Whether a line begins at a piece, and whether as an item (else as a continuation).
    fn begins(&self, i: usize) -> Option<bool> {
        let piece = self.piece(i)?;
        let prev = i.checked_sub(1).and_then(|p| self.piece(p))?;
        if piece.kind == Kind::Close && self.pair_of(i).is_some_and(|p| p.wide) {
            return Some(true);
        }
        let holder = self.holder_of(i);
        if holder.is_none_or(|h| h.wide) && (piece.item || holder.is_some_and(|h| h.open + 1 == i)) {
            return Some(true);
        }
        if piece.text.is_empty() {
            return Some(true);
        }
        let commented = !piece.above.is_empty() || !piece.trailing.is_empty();
        if piece.kind == Kind::Else && prev.text == "}" && !commented {
            return None;
        }
        let wrapped = self.wrapped.get(i).copied().unwrap_or(false);
        (piece.breaks > 0 || wrapped || commented).then_some(false)
    }

    fn place(&self) -> Vec<Placed<'p, 't>> {
        let mut out: Vec<Placed<'p, 't>> = Vec::with_capacity(self.pieces.len());
        // The indentation of the line on which each open bracket stands, and that of the item that is being placed.
        let mut open: Vec<usize> = Vec::new();
        let (mut line, mut first) = (0, 0);
        let mut items: Vec<usize> = vec![0];
        for (i, piece) in self.pieces.iter().enumerate() {
            let begins = if i == 0 { Some(true) } else { self.begins(i) };
            let wide = |p: Option<Pair>| p.is_some_and(|p| p.wide);
            let indent = begins.map(|item| {
                if piece.kind == Kind::Close && wide(self.pair_of(i)) {
                    return open.last().copied().unwrap_or(0);
                }
                let base = items.last().copied().unwrap_or(0);
                // What goes has no place of its own: comments before it belong to what follows.
                if item || self.drops(i) { base } else { base + 2 }
            });
            if let Some(indent) = indent {
                (line, first) = (indent, i);
            }
            match piece.kind {
                Kind::OpenBrace | Kind::OpenTight | Kind::OpenLoose => {
                    open.push(line);
                    let item = items.last().copied().unwrap_or(0);
                    // The body of an item hangs from the item, not from the line on which its head happens to end. A value that begins
                    // on a line of its own is no body: it hangs from there.
                    let value = self.piece(first).is_some_and(|first| first.text == "match") || first == i;
                    let body = piece.kind == Kind::OpenBrace && self.ends_item(i) && !value;
                    let from = if body { item } else { line };
                    if let Some(last) = open.last_mut() {
                        *last = from;
                    }
                    items.push(if wide(self.pair_of(i)) { from + 2 } else { item });
                }
                Kind::Close => {
                    open.pop();
                    if items.len() > 1 {
                        items.pop();
                    }
                }
                _ => {}
            }
            let after_open = i.checked_sub(1).and_then(|p| self.pair_of(p)).is_some_and(|p| p.open + 1 == i);
            let closes = piece.kind == Kind::Close;
            let blank = piece.blank && indent.is_some() && !(closes || after_open || i == 0) && piece.above.is_empty();
            let prev = i.checked_sub(1).and_then(|p| self.piece(p));
            out.push(Placed {
                piece,
                indent,
                gap: prev.is_some_and(|prev| gap(prev, piece)),
                dropped: self.drops(i),
                blank,
            });
        }
        out
    }

    /// Whether the bracket that opens here closes at the end of its item.
    fn ends_item(&self, open: usize) -> bool {
        let after = self.pair_of(open).map_or(open, |p| p.close) + 1;
        self.piece(after).is_none_or(|p| p.item || p.text.is_empty() || p.kind == Kind::Close)
            && self.holder_of(open).is_none_or(|h| h.wide)
    }

    /// Commas at the end of a line are not needed between braces, and never before a closer.
    fn drops(&self, i: usize) -> bool {
        if self.piece(i).is_none_or(|p| p.kind != Kind::Comma) {
            return false;
        }
        let Some(next) = self.piece(i + 1) else { return false };
        if next.kind == Kind::Close {
            return true;
        }
        let Some(holder) = self.holder_of(i) else { return next.item };
        let brace = self.piece(holder.open).is_some_and(|p| p.kind == Kind::OpenBrace);
        // Only arms keep theirs: `a => 1` and `b => 2` are one value each.
        next.item && brace && holder.wide && !(holder.arms && next.arm)
    }

    /// Breaks one place on each line that is too wide; says whether it did.
    fn wrap(&mut self, placed: &[Placed<'p, 't>]) -> bool {
        let mut changed = false;
        let mut start = 0;
        while start < placed.len() {
            let mut end = start + 1;
            while placed.get(end).is_some_and(|p| p.indent.is_none()) {
                end += 1;
            }
            let line = placed.get(start..end).unwrap_or(&[]);
            if width(line) > WIDTH {
                changed |= self.break_line(start, end);
            }
            start = end;
        }
        changed
    }

    fn break_line(&mut self, start: usize, end: usize) -> bool {
        self.break_brace(start, end)
            || self.break_at(start, end, |p, _| p.kind == Kind::Logic)
            || self.break_at(start, end, |p, _| p.kind == Kind::Else)
            || self.break_bracket(start, end)
            || self.break_at(start, end, |p, next| {
                matches!(p.text, "." | "?.") && next.is_some_and(|n| n.kind == Kind::OpenTight)
            })
    }

    /// Outermost pairs that lie on the line as a whole.
    fn outermost(&self, start: usize, end: usize) -> Vec<usize> {
        let mut out = Vec::new();
        let mut i = start;
        while i < end {
            let opens =
                self.piece(i).is_some_and(|p| matches!(p.kind, Kind::OpenBrace | Kind::OpenTight | Kind::OpenLoose));
            match self.of.get(i).copied().flatten().filter(|_| opens) {
                Some(pair) => {
                    let Some(found) = self.pairs.get(pair) else { return out };
                    if found.close < end && found.close > found.open + 1 && !found.wide {
                        out.push(pair);
                        i = found.close;
                    }
                    i += 1;
                }
                None => i += 1,
            }
        }
        out
    }

    fn widen(&mut self, pair: usize) -> bool {
        match self.pairs.get_mut(pair) {
            Some(pair) => {
                pair.wide = true;
                true
            }
            None => false,
        }
    }

    fn break_brace(&mut self, start: usize, end: usize) -> bool {
        let brace = |pair: &usize| {
            self.pairs.get(*pair).and_then(|p| self.piece(p.open)).is_some_and(|p| p.kind == Kind::OpenBrace)
        };
        // The last one: `on x where { … } { body }` and `else { … } { body }` read best so.
        let found = self.outermost(start, end).into_iter().rfind(brace);
        found.is_some_and(|pair| self.widen(pair))
    }

    fn break_bracket(&mut self, start: usize, end: usize) -> bool {
        let size = |pair: &usize| {
            self.pairs.get(*pair).map_or(0, |p| {
                self.pieces.get(p.open..p.close).map_or(0, |all| all.iter().map(|p| p.text.len()).sum::<usize>())
            })
        };
        // Brackets without parts, `( a + b )`, or with a short one only hold a value: breaking them gains little.
        let parts = |pair: &usize| {
            size(pair) >= 24 && self.pairs.get(*pair).is_some_and(|p| self.piece(p.open + 1).is_some_and(|p| p.item))
        };
        let found = self.outermost(start, end).into_iter().filter(parts).max_by_key(size);
        found.is_some_and(|pair| self.widen(pair))
    }

    /// Breaks before all pieces of a kind that stand in no bracket of the line.
    fn break_at(&mut self, start: usize, end: usize, fits: impl Fn(&Piece<'_>, Option<&Piece<'_>>) -> bool) -> bool {
        let holder = self.holder.get(start).copied().flatten();
        let mut changed = false;
        for i in start + 1..end {
            if self.holder.get(i).copied().flatten() != holder {
                continue;
            }
            let Some(piece) = self.piece(i) else { continue };
            let next = self.piece(i + 2);
            if fits(piece, next)
                && let Some(wrapped) = self.wrapped.get_mut(i)
                && !*wrapped
            {
                *wrapped = true;
                changed = true;
            }
        }
        changed
    }
}

/// The width of a line without the comments at its end.
fn width(line: &[Placed<'_, '_>]) -> usize {
    let mut out = 0;
    for placed in line.iter().filter(|p| !p.dropped) {
        let text = placed.piece.text;
        // Of a text over several lines the last one counts.
        let last = text.rsplit('\n').next().unwrap_or(text).chars().count();
        if text.contains('\n') {
            out = last;
        } else {
            out += placed.indent.unwrap_or(usize::from(placed.gap)) + last;
        }
    }
    out
}

/// Whether a blank stands between two pieces of a line.
fn gap(before: &Piece<'_>, after: &Piece<'_>) -> bool {
    let touches_next = matches!(before.kind, Kind::OpenTight | Kind::OpenLoose | Kind::TightAfter | Kind::TightBoth);
    let touches_prev = matches!(after.kind, Kind::OpenTight | Kind::Comma | Kind::TightBefore | Kind::TightBoth)
        || (after.kind == Kind::Close && after.text != "}");
    !(touches_next || touches_prev)
}
