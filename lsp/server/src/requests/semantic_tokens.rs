//! `textDocument/semanticTokens/full`, `…/full/delta` and `…/range`

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use ls_types::{
    SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokens, SemanticTokensDelta,
    SemanticTokensDeltaParams, SemanticTokensEdit, SemanticTokensFullDeltaResult, SemanticTokensLegend,
    SemanticTokensParams, SemanticTokensRangeParams, SemanticTokensRangeResult, SemanticTokensResult,
};
use ntro_ide::{Modifiers, Span, TokenKind};

use crate::answer::Answer;
use crate::snapshot::{Here, Open};

/// The names of the numbers that tokens carry.
pub(crate) fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: TokenKind::ALL.iter().map(|kind| name(*kind)).collect(),
        token_modifiers: vec![
            SemanticTokenModifier::DECLARATION,
            SemanticTokenModifier::MODIFICATION,
            SemanticTokenModifier::DEFAULT_LIBRARY,
            SemanticTokenModifier::DOCUMENTATION,
        ],
    }
}

/// Names that every theme has a colour for, wherever one fits.
fn name(kind: TokenKind) -> SemanticTokenType {
    match kind {
        TokenKind::Keyword => SemanticTokenType::KEYWORD,
        TokenKind::Comment => SemanticTokenType::COMMENT,
        TokenKind::Text => SemanticTokenType::STRING,
        TokenKind::Number => SemanticTokenType::NUMBER,
        TokenKind::Operator => SemanticTokenType::OPERATOR,
        TokenKind::Type => SemanticTokenType::TYPE,
        TokenKind::Enum => SemanticTokenType::ENUM,
        TokenKind::EnumValue => SemanticTokenType::ENUM_MEMBER,
        TokenKind::Field | TokenKind::Property => SemanticTokenType::PROPERTY,
        TokenKind::Parameter => SemanticTokenType::PARAMETER,
        TokenKind::Variable => SemanticTokenType::VARIABLE,
        TokenKind::Step => SemanticTokenType::CLASS,
        TokenKind::Function => SemanticTokenType::FUNCTION,
        TokenKind::Capability => SemanticTokenType::METHOD,
        TokenKind::Runbook => SemanticTokenType::NAMESPACE,
        TokenKind::Signal => SemanticTokenType::EVENT,
        TokenKind::Role => SemanticTokenType::INTERFACE,
        TokenKind::Agent => SemanticTokenType::STRUCT,
        TokenKind::Icon => SemanticTokenType::DECORATOR,
    }
}

fn bits(modifiers: Modifiers) -> u32 {
    let Modifiers { declaration, mutable, builtin, documentation } = modifiers;
    [declaration, mutable, builtin, documentation].into_iter().rev().fold(0, |bits, bit| bits << 1 | u32::from(bit))
}

/// What was answered last for each document, for answering with the difference.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answered(Arc<Mutex<BTreeMap<String, Arc<SemanticTokens>>>>);

impl Answered {
    fn remember(&self, path: &str, tokens: Vec<SemanticToken>) -> Arc<SemanticTokens> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = known.get(path).and_then(|last| last.result_id.as_ref()?.parse::<u64>().ok()).unwrap_or(0);
        let tokens = Arc::new(SemanticTokens { result_id: Some((last + 1).to_string()), data: tokens });
        known.insert(path.to_owned(), tokens.clone());
        tokens
    }

    fn last(&self, path: &str) -> Option<Arc<SemanticTokens>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
    }

    /// Keeps only what was answered about documents that are open.
    pub(crate) fn keep(&self, open: &BTreeMap<String, Open>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|path, _| open.contains_key(path));
    }
}

pub(crate) fn full(here: &Here, params: SemanticTokensParams) -> Answer<Option<SemanticTokensResult>> {
    let _ = params;
    let answered = here.snapshot.tokens.remember(&here.file.path, tokens(here, None)?);
    Ok(Some(SemanticTokens::clone(&answered).into()))
}

pub(crate) fn delta(here: &Here, params: SemanticTokensDeltaParams) -> Answer<Option<SemanticTokensFullDeltaResult>> {
    let before = here.snapshot.tokens.last(&here.file.path);
    let before = before.filter(|before| before.result_id.as_deref() == Some(&params.previous_result_id));
    let now = here.snapshot.tokens.remember(&here.file.path, tokens(here, None)?);
    let Some(before) = before else { return Ok(Some(SemanticTokens::clone(&now).into())) };
    let edits = difference(&before.data, &now.data).into_iter().collect();
    Ok(Some(SemanticTokensDelta { result_id: now.result_id.clone(), edits }.into()))
}

pub(crate) fn range(here: &Here, params: SemanticTokensRangeParams) -> Answer<Option<SemanticTokensRangeResult>> {
    let data = tokens(here, Some(here.file.span(params.range)))?;
    Ok(Some(SemanticTokens { result_id: None, data }.into()))
}

fn tokens(here: &Here, range: Option<Span>) -> Answer<Vec<SemanticToken>> {
    let found = here.snapshot.analysis.semantic_tokens(&here.file.path, range)?;
    let mut last = ls_types::Position::default();
    let mut tokens = Vec::with_capacity(found.len());
    for token in found {
        let start = here.file.position(token.span.start);
        let length = here.file.length(token.span);
        // Numbers are counted from the token before; one that goes back would colour everything after it wrongly.
        if start < last || length == 0 {
            continue;
        }
        let delta_line = start.line - last.line;
        let from = if delta_line == 0 { last.character } else { 0 };
        tokens.push(SemanticToken {
            delta_line,
            delta_start: start.character - from,
            length,
            token_type: token.kind as u32,
            token_modifiers_bitset: bits(token.modifiers),
        });
        last = start;
    }
    Ok(tokens)
}

/// One edit that makes `now` of `before`; none where they are the same. Its numbers count integers, five to a token.
fn difference(before: &[SemanticToken], now: &[SemanticToken]) -> Option<SemanticTokensEdit> {
    let head = before.iter().zip(now).take_while(|(a, b)| a == b).count();
    let (rest_before, rest_now) = (before.get(head..)?, now.get(head..)?);
    let tail = rest_before.iter().rev().zip(rest_now.iter().rev()).take_while(|(a, b)| a == b).count();
    let data = rest_now.get(..rest_now.len() - tail)?.to_vec();
    let deleted = rest_before.len() - tail;
    if data.is_empty() && deleted == 0 {
        return None;
    }
    let integers = |tokens: usize| u32::try_from(tokens * 5).unwrap_or(u32::MAX);
    Some(SemanticTokensEdit { start: integers(head), delete_count: integers(deleted), data: Some(data) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_the_number_that_the_legend_gives_it() {
        for (number, kind) in TokenKind::ALL.iter().enumerate() {
            assert_eq!(*kind as usize, number, "{kind:?}");
        }
        assert_eq!(legend().token_types.len(), TokenKind::ALL.len());
        assert_eq!(bits(Modifiers { declaration: true, builtin: true, ..Modifiers::default() }), 0b101);
        assert_eq!(bits(Modifiers { documentation: true, ..Modifiers::default() }), 0b1000);
    }

    #[test]
    fn the_difference_makes_the_new_of_the_old() {
        let token = |length| SemanticToken { length, ..SemanticToken::default() };
        let of = |lengths: &[u32]| lengths.iter().map(|length| token(*length)).collect::<Vec<_>>();
        let lists: [&[u32]; 7] = [&[], &[1], &[1, 2, 3], &[1, 3], &[1, 2, 2, 3], &[4, 5], &[1, 1, 1]];
        for before in lists {
            for now in lists {
                let mut made = of(before);
                if let Some(edit) = difference(&of(before), &of(now)) {
                    let start = edit.start as usize / 5;
                    made.splice(start..start + edit.delete_count as usize / 5, edit.data.unwrap());
                } else {
                    assert_eq!(before, now);
                }
                assert_eq!(made, of(now), "{before:?} to {now:?}");
            }
        }
    }
}
