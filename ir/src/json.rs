//! Values to and from the JSON that people and systems see. Reading is directed by a type and says where it went wrong.
