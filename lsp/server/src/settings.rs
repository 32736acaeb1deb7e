//! What the person wants of the server: the section `ntro` of an editor's settings.

use serde_json::Value as Json;

/// The name of the section.
pub(crate) const SECTION: &str = "ntro";

/// The settings. What is missing, or of another form, is as it is by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Inferred types are shown between the letters.
    pub hint_types: bool,
    /// So is when something is due.
    pub hint_due: bool,
    /// What can be started is shown above its line.
    pub lenses: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { hint_types: true, hint_due: true, lenses: true }
    }
}

impl Settings {
    /// Reads the section; editors nest settings, or write their whole names.
    pub(crate) fn read(section: &Json) -> Settings {
        let get = |group: &str, name: &str, default: bool| {
            let nested = section.get(group).and_then(|group| group.get(name));
            nested.or_else(|| section.get(format!("{group}.{name}"))).and_then(Json::as_bool).unwrap_or(default)
        };
        let default = Settings::default();
        Settings {
            hint_types: get("inlayHints", "types", default.hint_types),
            hint_due: get("inlayHints", "due", default.hint_due),
            lenses: get("codeLens", "enable", default.lenses),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Settings;
    use serde_json::json;

    #[test]
    fn what_is_missing_is_as_it_is_by_default() {
        assert_eq!(Settings::read(&json!(null)), Settings::default());
        let some = Settings::read(&json!({ "inlayHints": { "types": false, "due": "no" }, "codeLens.enable": false }));
        assert_eq!(some, Settings { hint_types: false, hint_due: true, lenses: false });
    }
}
