//! From letters at places to lines and columns. A PDF knows neither; a table is where parts of lines stand below one another.

/// A letter, or several that are one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Glyph {
    pub(crate) x: f64,
    /// Downwards.
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) size: f64,
    pub(crate) text: String,
}

/// Text without a gap in it.
#[derive(Debug, Clone, PartialEq)]
struct Word {
    left: f64,
    right: f64,
    text: String,
}

/// Words without a wide gap between them.
#[derive(Debug, Clone, PartialEq)]
struct Segment {
    left: f64,
    right: f64,
    words: Vec<Word>,
}

impl Segment {
    fn text(&self) -> String {
        self.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// The rows of a page, its columns aligned, and its text.
pub(crate) fn page(glyphs: Vec<Glyph>) -> (Vec<Vec<String>>, String) {
    let lines: Vec<Vec<Segment>> = lines(glyphs).into_iter().map(segments).filter(|line| !line.is_empty()).collect();
    let mut text = String::new();
    for line in &lines {
        let parts: Vec<String> = line.iter().map(Segment::text).collect();
        text.push_str(&parts.join("  "));
        text.push('\n');
    }
    let columns = columns(&lines);
    (lines.iter().map(|line| row(line, &columns)).collect(), text)
}

/// Letters whose base lines are less than half a letter apart stand in one line.
fn lines(mut glyphs: Vec<Glyph>) -> Vec<Vec<Glyph>> {
    glyphs.retain(|glyph| {
        glyph.x.is_finite() && glyph.y.is_finite() && glyph.size.is_finite() && glyph.width.is_finite()
    });
    glyphs.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut lines: Vec<Vec<Glyph>> = Vec::new();
    let mut base = f64::NEG_INFINITY;
    for glyph in glyphs {
        let near = (glyph.y - base).abs() <= glyph.size.abs().max(2.0) * 0.5;
        match lines.last_mut().filter(|_| near) {
            Some(line) => line.push(glyph),
            None => {
                base = glyph.y;
                lines.push(vec![glyph]);
            }
        }
    }
    for line in &mut lines {
        line.sort_by(|a, b| a.x.total_cmp(&b.x));
    }
    lines
}

/// A gap wider than a letter and a bit parts two segments; a narrower one is a blank.
fn segments(line: Vec<Glyph>) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    for glyph in line {
        if glyph.text.trim().is_empty() {
            continue;
        }
        let (left, right) = (glyph.x, glyph.x + glyph.width.max(0.0));
        let gap = segments.last().map_or(f64::INFINITY, |last| left - last.right);
        let word = Word { left, right, text: glyph.text };
        match segments.last_mut() {
            Some(last) if gap <= glyph.size * 0.9 => {
                last.right = last.right.max(right);
                match last.words.last_mut() {
                    Some(before) if gap <= glyph.size * 0.15 => {
                        before.text.push_str(&word.text);
                        before.right = before.right.max(right);
                    }
                    _ => last.words.push(word),
                }
            }
            _ => segments.push(Segment { left, right, words: vec![word] }),
        }
    }
    segments
}

/// The columns of a page as spans. Narrow segments decide first: a wide one (a title, a long header) that would join two columns
/// joins nothing.
fn columns(lines: &[Vec<Segment>]) -> Vec<(f64, f64)> {
    let mut candidates: Vec<(f64, f64)> =
        lines.iter().filter(|line| line.len() > 1).flatten().map(|segment| (segment.left, segment.right)).collect();
    candidates.sort_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)));
    let mut columns: Vec<(f64, f64)> = Vec::new();
    for (left, right) in candidates {
        let touched: Vec<usize> = (0..columns.len())
            .filter(|index| columns.get(*index).is_some_and(|(from, to)| left < *to && right > *from))
            .collect();
        match touched.as_slice() {
            [] => columns.push((left, right)),
            [one] => {
                // A column does not grow into its neighbour.
                if let Some(column) = columns.get_mut(*one) {
                    *column = (column.0.min(left), column.1.max(right));
                }
            }
            _ => {}
        }
    }
    columns.sort_by(|a, b| a.0.total_cmp(&b.0));
    columns
}

/// The cells of a line. A long text may come so near to its neighbour that both are one segment; over several columns its words
/// are dealt out one by one.
fn row(line: &[Segment], columns: &[(f64, f64)]) -> Vec<String> {
    if let [only] = line {
        let inside = columns.iter().position(|(from, to)| only.left >= *from - 1.0 && only.right <= *to + 1.0);
        let mut cells = vec![String::new(); inside.unwrap_or(0)];
        cells.push(only.text());
        return cells;
    }
    let mut cells: Vec<String> = vec![String::new(); columns.len()];
    for segment in line {
        let touched = columns.iter().filter(|(from, to)| segment.left < *to && segment.right > *from).count();
        if touched <= 1 {
            put(&mut cells, nearest(columns, segment.left, segment.right), &segment.text());
            continue;
        }
        let mut column = nearest(columns, segment.left, segment.left);
        for word in &segment.words {
            // A word over no column runs on from the one before it.
            let over = columns.iter().any(|(from, to)| word.left < *to && word.right > *from);
            column = if over { nearest(columns, word.left, word.right) } else { column };
            put(&mut cells, column, &word.text);
        }
    }
    super::trimmed(cells)
}

/// The column that a span overlaps most, or comes nearest to.
fn nearest(columns: &[(f64, f64)], left: f64, right: f64) -> Option<usize> {
    let overlap =
        |index: &usize| columns.get(*index).map_or(f64::NEG_INFINITY, |(from, to)| right.min(*to) - left.max(*from));
    (0..columns.len()).max_by(|a, b| overlap(a).total_cmp(&overlap(b)))
}

fn put(cells: &mut [String], column: Option<usize>, text: &str) {
    if let Some(cell) = column.and_then(|column| cells.get_mut(column)) {
        if !cell.is_empty() {
            cell.push(' ');
        }
        cell.push_str(text);
    }
}
