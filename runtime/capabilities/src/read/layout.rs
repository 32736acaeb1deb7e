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

/// Text without a wide gap in it.
#[derive(Debug, Clone, PartialEq)]
struct Segment {
    left: f64,
    right: f64,
    text: String,
}

/// The rows of a page, its columns aligned, and its text.
pub(crate) fn page(glyphs: Vec<Glyph>) -> (Vec<Vec<String>>, String) {
    let lines: Vec<Vec<Segment>> = lines(glyphs).into_iter().map(segments).filter(|line| !line.is_empty()).collect();
    let mut text = String::new();
    for line in &lines {
        let parts: Vec<&str> = line.iter().map(|segment| segment.text.as_str()).collect();
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
        let right = glyph.x + glyph.width.max(0.0);
        match segments.last_mut() {
            Some(last) if glyph.x - last.right <= glyph.size * 0.9 => {
                if glyph.x - last.right > glyph.size * 0.15 {
                    last.text.push(' ');
                }
                last.text.push_str(&glyph.text);
                last.right = last.right.max(right);
            }
            _ => segments.push(Segment { left: glyph.x, right, text: glyph.text }),
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

fn row(line: &[Segment], columns: &[(f64, f64)]) -> Vec<String> {
    if let [only] = line {
        let inside = columns.iter().position(|(from, to)| only.left >= *from - 1.0 && only.right <= *to + 1.0);
        return match inside {
            Some(column) => at(column, only.text.clone()),
            None => vec![only.text.clone()],
        };
    }
    let mut cells: Vec<String> = vec![String::new(); columns.len()];
    for segment in line {
        let overlap = |(from, to): &(f64, f64)| segment.right.min(*to) - segment.left.max(*from);
        let best = (0..columns.len()).max_by(|a, b| {
            let value = |index: &usize| columns.get(*index).map_or(f64::NEG_INFINITY, overlap);
            value(a).total_cmp(&value(b))
        });
        if let Some(cell) = best.and_then(|index| cells.get_mut(index)) {
            if !cell.is_empty() {
                cell.push(' ');
            }
            cell.push_str(&segment.text);
        }
    }
    super::trimmed(cells)
}

fn at(column: usize, text: String) -> Vec<String> {
    let mut cells = vec![String::new(); column];
    cells.push(text);
    cells
}
