//! Programs that several tests run.

use ntro_ir::*;

use super::build::{Build, field};

/// Waits for one document, reads it, has it reviewed, and files it; a rejection goes back at most twice.
pub fn document_ingest() -> Program {
    let mut b = Build::new("document-ingest", &["source"]);
    let payload = b.ty("DocumentSubmitted", vec![field("document", Type::File), field("source", Type::Text)]);
    let line = b.ty(
        "Line",
        vec![
            field("id", Type::Text),
            field("description", Type::Text),
            field("amount", Type::Money),
            field("category", Type::Optional(Box::new(Type::Text))),
        ],
    );
    let rows_ty = Type::List(Box::new(Type::Named(line)));
    let extraction = b.ty(
        "Extraction",
        vec![field("rows", rows_ty), field("summary", Type::Text), field("confidence", Type::Decimal)],
    );
    let source = b.slot_field(INPUT_SLOT, "source");

    let rounds = b.slot("%rounds", Type::Int);
    let zero = b.int(0);
    b.op(Op::Set { slot: rounds, value: zero });

    let submitted = b.block("submitted", "Await submission", BlockKind::Await, None);
    let again = b.at();
    let (got, late) = (b.label(), b.label());
    let mut arm = b.arm("document_submitted", Type::Named(payload), got);
    let it = b.expr(Expr::Local(arm.it));
    let it_source = b.field(it, "source");
    arm.filter = Some(b.eq(it_source, source));
    let wait = b.wait(submitted, vec![arm]);
    let title = b.text("Upload rent-roll");
    let accept = b.value(Value::list(vec![Value::text("pdf"), Value::text("xlsx")]));
    let size = b.int(50_000_000);
    let day = b.hours(24);
    b.wait_mut(wait).ask = Some(Component {
        name: "file_upload".into(),
        props: vec![
            ("title".into(), title),
            ("source".into(), source),
            ("accept".into(), accept),
            ("max_size".into(), size),
        ],
    });
    b.wait_mut(wait).limits = vec![Limit { after: After::Duration(day), then: LimitThen::Late }];
    b.wait_mut(wait).late = Some(late);
    b.op(Op::Enter(submitted));
    b.op(Op::Await(wait));
    b.here(late);
    let message = b.text("No document arrived within a day.");
    b.op(Op::Fail(message));
    b.here(got);
    b.op(Op::Complete { block: submitted, value: None });

    let parsed = b.block("extracted", "Extract fields", BlockKind::Step, None);
    let document = b.slot_field(b.of(submitted), "document");
    let args = b.record(&[("document", document)]);
    let call = b.capability("ai.extract", args, Type::Named(extraction));
    b.step_call(parsed, call);

    let review = b.block("review", "Review extraction", BlockKind::Approve, None);
    let by = b.text("accountant");
    let gate = b.gate(review, Some(by));
    let rows = b.slot_field(b.of(parsed), "rows");
    let summary = b.slot_field(b.of(parsed), "summary");
    let confidence = b.slot_field(b.of(parsed), "confidence");
    let enough = b.value(Value::Decimal("0.7".parse().unwrap()));
    let low = b.binary(BinaryOp::Less, confidence, enough);
    let warning = b.text("Low confidence: check every line.");
    let review_title = b.text("Review extracted rent-roll");
    let removable = b.value(Value::Bool(true));
    let fail = b.label();
    {
        let gate = b.gate_mut(gate);
        gate.show = Some(Component {
            name: "data_table".into(),
            props: vec![
                ("title".into(), review_title),
                ("summary".into(), summary),
                ("rows".into(), rows),
                ("removable".into(), removable),
            ],
        });
        gate.draft = Draft::Rows {
            rows,
            row: line,
            key: "id".into(),
            editable: vec!["description".into(), "amount".into(), "category".into()],
        };
        gate.warnings = vec![Warning { when: Some(low), message: warning }];
        gate.limits = vec![
            Limit { after: After::Duration(day), then: LimitThen::Escalate("manager".into()) },
            Limit { after: After::Duration(day), then: LimitThen::Late },
        ];
    }
    b.op(Op::Enter(review));
    b.op(Op::Gate(gate));
    let (not_late, approved) = (b.label(), b.label());
    let is_late = b.decided(review, "late");
    b.jump_unless(is_late, not_late);
    let nobody = b.text("Nobody reviewed the rent-roll.");
    b.op(Op::Fail(nobody));
    b.here(not_late);
    let rejected = b.decided(review, "rejected");
    b.jump_unless(rejected, approved);
    let count = b.read(rounds);
    let two = b.int(2);
    let may = b.binary(BinaryOp::Less, count, two);
    b.jump_unless(may, fail);
    let one = b.int(1);
    let more = b.binary(BinaryOp::Add, count, one);
    b.op(Op::Set { slot: rounds, value: more });
    let comment = b.slot_field(b.of(review), "comment");
    let who = b.slot_field(b.of(review), "by");
    b.op(Op::Rework {
        target: submitted,
        to: again,
        redo: vec![submitted, parsed, review],
        unlisten: Vec::new(),
        tries: 0,
        limits: 0,
        comment: Some(comment),
        by: Some(who),
    });
    b.here(fail);
    let prefix = b.text("Rejected once more: ");
    let text = b.expr(Expr::Template(vec![prefix, comment]));
    b.op(Op::Fail(text));
    b.here(approved);
    b.op(Op::Complete { block: review, value: None });

    let committed = b.block("committed", "Commit", BlockKind::Step, None);
    let value = b.slot_field(b.of(review), "value");
    let removed = b.slot_field(b.of(review), "removed");
    let corrections = b.slot_field(b.of(review), "corrections");
    let args = b.record(&[("source", source), ("value", value), ("removed", removed), ("corrections", corrections)]);
    let call = b.capability("records.commit", args, Type::Json);
    b.step_call(committed, call);
    let result = b.read(b.of(committed));
    b.op(Op::Return(Some(result)));
    b.done()
}
