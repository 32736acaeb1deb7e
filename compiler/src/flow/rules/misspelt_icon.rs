//! An icon whose name has a slip in it. Which icons there are is the client's to know, so only what is nearly a known word is told.

use ntro_grammar::Span;

use crate::diagnostic::{Edit, Level};
use crate::flow::Flow;
use crate::suggest::{did_you_mean, distance};

const CODE: &str = "N0444";

/// How many letters a word must have for a slip to be told from another word.
const SHORTEST: usize = 4;

/// The words that names of icons are made of, in order.
#[rustfmt::skip]
const WORDS: [&str; 638] = [
    "Accessibility", "Activity", "Alarm", "Album", "Alert", "Align", "Ampersand", "Ampersands", "Anchor", "Angry", "Annoyed", "Antenna", "Anvil",
    "Aperture", "Apple", "Archive", "Area", "Armchair", "Arrow", "Arrows", "Asterisk", "Atom", "Audio", "Award", "Baby", "Backpack", "Badge", "Bank",
    "Banknote", "Barcode", "Baseline", "Battery", "Beaker", "Bean", "Beef", "Beer", "Bell", "Biceps", "Bike", "Binary", "Biohazard", "Bird", "Blend",
    "Blocks", "Bluetooth", "Board", "Boat", "Bold", "Bolt", "Bomb", "Bone", "Book", "Bookmark", "Boom", "Bottle", "Bottom", "Bowl", "Boxes",
    "Brackets", "Brain", "Branch", "Bread", "Brick", "Briefcase", "Bring", "Brush", "Bucket", "Building", "Button", "Cable", "Cake", "Calculator",
    "Calendar", "Calendars", "Call", "Camera", "Candlestick", "Candy", "Cannabis", "Captions", "Card", "Carrot", "Case", "Cassette", "Cast", "Castle",
    "Ceiling", "Chart", "Check", "Checks", "Chef", "Cherry", "Chevron", "Chevrons", "Chrome", "Church", "Cigarette", "Circle", "Circuit", "Citrus",
    "Clapperboard", "Clipboard", "Clock", "Closed", "Cloud", "Cloudy", "Clover", "Club", "Cocktail", "Code", "Codepen", "Coffee", "Coin", "Coins",
    "Column", "Columns", "Combine", "Command", "Commit", "Commons", "Compare", "Compass", "Component", "Concierge", "Cone", "Conical", "Construction",
    "Contact", "Container", "Contrast", "Cookie", "Cooking", "Copy", "Copyleft", "Copyright", "Corner", "Crash", "Creative", "Credit", "Croissant",
    "Crop", "Cross", "Crosshair", "Crown", "Cuboid", "Currency", "Cylinder", "Database", "Days", "Deciduous", "Decimals", "Delete", "Desk", "Dessert",
    "Diameter", "Diamond", "Dices", "Diff", "Digit", "Disc", "Divide", "Dock", "Dollar", "Donut", "Door", "Double", "Down", "Download", "Drafting",
    "Dribbble", "Drive", "Droplet", "Droplets", "Drum", "Drumstick", "Dumbbell", "Earth", "Eclipse", "Edit", "Equal", "Eraser", "Ethernet", "Euro",
    "Expand", "External", "Extinguisher", "Face", "Facebook", "Factory", "Fast", "Feather", "Fence", "Ferris", "Figma", "File", "Files", "Fill",
    "Film", "Filter", "Fingerprint", "Fire", "Fish", "Flag", "Flame", "Flashlight", "Flask", "Flip", "Floor", "Flower", "Focus", "Fold", "Folder",
    "Folders", "Footprints", "Fork", "Forklift", "Form", "Forward", "Frame", "Framer", "Franc", "Frown", "Fuel", "Fullscreen", "Function", "Gallery",
    "Gamepad", "Gantt", "Gauge", "Gavel", "Ghost", "Gift", "Github", "Gitlab", "Glasses", "Globe", "Grab", "Graduation", "Grape", "Graph", "Grid",
    "Grip", "Group", "Guitar", "Half", "Hammer", "Hand", "Handbag", "Handset", "Handshake", "Hard", "Hash", "Haze", "Heading", "Headphones", "Heart",
    "Heater", "Helicopter", "Help", "Helping", "Hexagon", "High", "Highlighter", "History", "Home", "Horizontal", "Hospital", "Hotel", "Hourglass",
    "House", "Icecream", "Image", "Images", "Import", "Inbox", "Indent", "Infinity", "Info", "Inspect", "Inspection", "Instagram", "Israeli",
    "Italic", "Japanese", "Joystick", "Kanban", "Keyboard", "Keyhole", "Knife", "Lamp", "Land", "Landing", "Landmark", "Languages", "Laptop", "Lasso",
    "Laugh", "Layers", "Layout", "Lead", "Leaf", "Lectern", "Left", "Lens", "Library", "Life", "Light", "Lightbulb", "Line", "Link", "Linkedin",
    "Lira", "List", "Live", "Loader", "Locate", "Lock", "Login", "Logout", "Lollipop", "Luggage", "Machine", "Magnet", "Mail", "Mailbox", "Marker",
    "Mars", "Martini", "Maximize", "Medal", "Medium", "Megaphone", "Memory", "Menu", "Merge", "Message", "Messages", "Metal", "Micro", "Microscope",
    "Milestone", "Milk", "Minimal", "Minimize", "Minus", "Monitor", "Moon", "More", "Mountain", "Mouse", "Move", "Music", "Navigation", "Network",
    "Newspaper", "Note", "Notebook", "Octagon", "Omega", "Open", "Optical", "Option", "Orbit", "Origami", "Origin", "Outdent", "Package", "Paint",
    "Palette", "Palm", "Panda", "Panel", "Paperclip", "Parentheses", "Parking", "Party", "Pause", "Pencil", "Pentagon", "Percent", "Person", "Petal",
    "Phone", "Pick", "Pickaxe", "Picture", "Piggy", "Pilcrow", "Pill", "Pine", "Pipe", "Pipette", "Pizza", "Plane", "Plate", "Play", "Plot", "Plug",
    "Plus", "Pocket", "Podcast", "Pointer", "Popcorn", "Popover", "Popper", "Popsicle", "Pound", "Power", "Presentation", "Printer", "Projector",
    "Proportions", "Pull", "Puzzle", "Pyramid", "Question", "Quote", "Rabbit", "Radar", "Radiation", "Radio", "Rail", "Rainbow", "Ratio", "Receipt",
    "Rectangle", "Recycle", "Redo", "Refresh", "Refrigerator", "Regex", "Remove", "Repeat", "Replace", "Reply", "Request", "Reset", "Rewind",
    "Ribbon", "Right", "Rocket", "Roller", "Rose", "Rotate", "Round", "Route", "Router", "Rows", "Ruler", "Rupee", "Salad", "Sandwich", "Satellite",
    "Saudi", "Save", "Scale", "Scan", "Scatter", "School", "Scissors", "Scooter", "Screen", "Scroll", "Search", "Send", "Separator", "Server",
    "Settings", "Shapes", "Share", "Sheet", "Shekel", "Shell", "Shield", "Ship", "Shirt", "Shopping", "Shovel", "Shower", "Shrink", "Shrub",
    "Shuffle", "Sidebar", "Sigma", "Signal", "Signature", "Signpost", "Siren", "Skip", "Slack", "Slash", "Slice", "Sliders", "Smartphone", "Smile",
    "Smoking", "Snail", "Snowflake", "Soda", "Sofa", "Solar", "Sort", "Soup", "Space", "Spade", "Sparkles", "Speaker", "Spell", "Spline", "Split",
    "Spotlight", "Spray", "Sprout", "Square", "Squirrel", "Stack", "Stamp", "Star", "Start", "Step", "Sterling", "Stethoscope", "Sticky", "Stop",
    "Store", "Stretch", "Strikethrough", "Subtitles", "Sunglasses", "Sunrise", "Sunset", "Super", "Swatch", "Swiss", "Switch", "Sword", "Swords",
    "Syringe", "Table", "Tablet", "Tablets", "Tags", "Takeoff", "Tally", "Tangent", "Target", "Telegram", "Telescope", "Tent", "Terminal", "Test",
    "Text", "Theater", "Thermometer", "Ticket", "Tilde", "Timer", "Toggle", "Toilet", "Tool", "Tooltip", "Tornado", "Torus", "Touchpad", "Tower",
    "Tractor", "Traffic", "Train", "Tram", "Transfer", "Transgender", "Trash", "Tree", "Trees", "Trello", "Trending", "Triangle", "Trophy", "Truck",
    "Turkish", "Turtle", "Twitch", "Twitter", "Type", "Umbrella", "Underline", "Undo", "Unfold", "Ungroup", "University", "Unlink", "Unlock",
    "Unplug", "Upload", "User", "Users", "Utensils", "Utility", "Variable", "Vault", "Vegan", "Venetian", "Venus", "Vertical", "Vibrate", "Video",
    "View", "Voicemail", "Volleyball", "Volume", "Vote", "Wall", "Wallet", "Wallpaper", "Wand", "Warehouse", "Washing", "Watch", "Waveform", "Waves",
    "Waypoints", "Weather", "Webcam", "Webhook", "Weight", "Wheat", "Wheel", "Whole", "Wifi", "Wind", "Wine", "Workflow", "Worm", "Wrap", "Wrench",
    "Youtube", "Zero", "Zoom",
];

impl Flow<'_> {
    /// Reports it. `span` is where the name stands, in quotes or not.
    pub(in crate::flow) fn misspelt_icon(&mut self, icon: &str, span: Span) {
        let (mut meant, mut slips) = (String::new(), 0);
        for word in parts(icon) {
            let near = if word.len() < SHORTEST || WORDS.binary_search(&word).is_ok() { None } else { slip(word) };
            slips += usize::from(near.is_some());
            meant.push_str(near.as_deref().unwrap_or(word));
        }
        if slips != 1 {
            return;
        }
        let message = format!("No icon is likely to be called `{icon}`.");
        let help = format!(
            "{}People see no icon where their client does not know the name.",
            did_you_mean(icon, [meant.clone()])
        );
        let place = self.place(span);
        let found = self.lesser(Level::Hint, CODE, span, message, "spelled so?", help);
        // There may be such an icon all the same.
        found.certain = false;
        let quoted = span.end.saturating_sub(span.start) as usize == icon.len() + 2;
        found.fix.push(Edit { place, text: if quoted { format!("\"{meant}\"") } else { meant } });
    }
}

/// The known word of which this one is a slip: one letter too few or too many, one that is another, or two that have changed places.
fn slip(word: &str) -> Option<String> {
    let is_meant = |known: &&&str| {
        let (shorter, longer) = if known.len() < word.len() { (**known, word) } else { (word, **known) };
        // What begins alike is another form of the word, and so is what has another end.
        let form = longer.starts_with(shorter)
            || shorter.len() == longer.len() && shorter.chars().last() != longer.chars().last();
        longer.len() - shorter.len() <= 1 && !form && distance(word, known, 2) <= 1
    };
    WORDS.iter().find(is_meant).map(|known| (*known).to_owned())
}

/// `FileSearch` is `File` and `Search`.
fn parts(icon: &str) -> Vec<&str> {
    let mut all = Vec::new();
    let mut from = 0;
    for (at, _) in icon.char_indices().skip(1).filter(|(_, c)| c.is_ascii_uppercase() || c.is_ascii_digit()) {
        all.extend(icon.get(from..at));
        from = at;
    }
    all.extend(icon.get(from..));
    all
}

#[cfg(test)]
mod tests {
    use super::{WORDS, parts, slip};

    #[test]
    fn names_are_made_of_words() {
        assert_eq!(parts("FileSearch2"), ["File", "Search", "2"]);
        assert_eq!(parts("Inbox"), ["Inbox"]);
    }

    #[test]
    fn a_slip_is_told_and_another_word_is_not() {
        for (word, meant) in
            [("Serch", "Search"), ("Inbx", "Inbox"), ("Landmrak", "Landmark"), ("Calender", "Calendar")]
        {
            assert_eq!(slip(word).as_deref(), Some(meant), "{word}");
        }
        for word in
            ["Folded", "Users", "Tags", "Wrench", "Trending", "Hospital", "Banana", "Syringe", "Receipts", "Bird"]
        {
            let told = slip(word);
            assert!(told.is_none(), "{word}: {told:?}");
        }
        assert!(WORDS.iter().all(|word| word.len() >= 4));
        assert!(WORDS.is_sorted(), "they are searched");
    }
}
