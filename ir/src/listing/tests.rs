use super::listing;
use crate::test_program::program;

#[test]
fn a_program_is_listed() {
    insta::assert_snapshot!(listing(&program()));
}

#[test]
fn a_listing_of_a_broken_program_shows_what_there_is() {
    let mut broken = program();
    broken.exprs.clear();
    broken.slots.clear();
    broken.types.clear();
    broken.blocks.clear();
    let text = listing(&broken);
    assert!(text.contains("00002 | #3 = e10?"), "{text}");
}

#[test]
fn an_expression_that_shares_its_parts_has_a_bounded_text() {
    use crate::{BinaryOp, Expr, ExprId, Op};
    let mut wide = program();
    for _ in 0..50 {
        let last = ExprId(wide.exprs.len() as u32 - 1);
        wide.exprs.push(Expr::Binary(BinaryOp::Add, last, last));
    }
    wide.ops.push(Op::Fail(ExprId(wide.exprs.len() as u32 - 1)));
    assert!(listing(&wide).len() < 20_000);
}
