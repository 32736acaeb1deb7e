use serde_json::{Value as Json, json};

use crate::world::World;

async fn render(template: &str, data: Json) -> Result<String, String> {
    let world = World::with(|settings| settings.limits.template_bytes = 1_000).await;
    world.file(
        "t/letter.md",
        "{% include 't/head.md' %}\n{% for r in rows %}- {{ r.name }}: {{ r.rent | money }}\n{% endfor %}",
    );
    world.file("t/head.md", "# {{ title }}");
    world.file("t/page.html", "<p>{{ title }}</p>");
    world.file("t/missing.md", "a\n{{ nothing.at.all }}");
    world.file("t/syntax.md", "{% if %}");
    world.file("t/endless.md", "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}");
    world.file("t/long.md", "{% for a in range(9999) %}0123456789{% endfor %}");
    world.file("t/circle.md", "{% include 't/circle.md' %}");
    world.file("t/escape.md", "{% include '../secret.md' %}");
    std::fs::write(world.folder.path().join("secret.md"), "secret").unwrap();
    let result = world.call("template.render", json!({ "template": template, "data": data })).await;
    result.map(|text| text.as_str().unwrap().to_owned()).map_err(|error| format!("{}: {error}", error.kind))
}

#[tokio::test]
async fn a_template_is_filled_in() {
    let rent = |amount: &str| json!({ "amount": amount, "currency": "GBP" });
    let data = json!({ "title": "Rents & more", "rows": [{ "name": "A", "rent": rent("1234567.5") }, { "name": "B", "rent": rent("-0.125") }] });
    assert_eq!(
        render("t/letter.md", data.clone()).await.unwrap(),
        "# Rents & more\n- A: 1,234,567.50 GBP\n- B: -0.125 GBP\n"
    );
    assert_eq!(render("t/page.html", data).await.unwrap(), "<p>Rents &amp; more</p>");
}

#[tokio::test]
async fn what_cannot_be_rendered_says_where_and_why() {
    for (template, part) in [
        ("t/missing.md", "template: t/missing.md, line 2: undefined value"),
        ("t/syntax.md", "template: t/syntax.md, line 1: syntax error"),
        ("t/endless.md", "fuel"),
        ("t/long.md", "too_large"),
        ("t/circle.md", "template: "),
        ("t/escape.md", "leads out of the project's folder"),
        ("../secret.md", "path_not_allowed"),
        ("t/none.md", "not_found: `t/none.md`"),
    ] {
        let error = render(template, json!({})).await.unwrap_err();
        assert!(error.contains(part) && !error.contains("secret\n"), "{template}: {error}");
    }
}
