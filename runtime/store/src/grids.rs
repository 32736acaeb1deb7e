//! Tables of cells.

use serde::{Deserialize, Serialize};

use crate::{Store, StoreError, digest};

/// The cells of a document, as text, exactly as they are read: nothing is rounded.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Grid {
    /// Its sheets; one for a CSV file, one a page for a PDF.
    pub sheets: Vec<Sheet>,
}

/// One sheet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Its rows, top to bottom; a row ends at its last cell that is not empty.
    pub rows: Vec<Vec<String>>,
}

impl Grid {
    /// How many rows all sheets have together.
    pub fn row_count(&self) -> usize {
        self.sheets.iter().map(|sheet| sheet.rows.len()).sum()
    }

    /// How many cells all sheets have together.
    pub fn cell_count(&self) -> usize {
        self.sheets.iter().flat_map(|sheet| &sheet.rows).map(Vec::len).sum()
    }
}

impl Store {
    /// Keeps a grid and gives its reference. The same cells of the same document have the same reference.
    ///
    /// # Errors
    /// The document is unknown, or the database fails.
    pub async fn put_grid(&self, document_ref: Option<&str>, grid: &Grid) -> Result<String, StoreError> {
        let sheets = serde_json::to_string(grid).map_err(|error| StoreError::Unreadable(error.to_string()))?;
        let id = format!("grid_{}", digest::of(&[document_ref.unwrap_or("").as_bytes(), sheets.as_bytes()]));
        sqlx::query("INSERT INTO grids (id, document_ref, sheets) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING")
            .bind(&id)
            .bind(document_ref)
            .bind(sheets)
            .execute(&self.pool)
            .await
            .map_err(|error| self.error(error))?;
        Ok(id)
    }

    /// A grid.
    ///
    /// # Errors
    /// There is none with this reference, or the database fails.
    pub async fn get_grid(&self, grid_ref: &str) -> Result<Grid, StoreError> {
        let sheets: Option<String> = sqlx::query_scalar("SELECT sheets FROM grids WHERE id = ?")
            .bind(grid_ref)
            .fetch_optional(&self.pool)
            .await
            .map_err(|error| self.error(error))?;
        let sheets = sheets.ok_or_else(|| StoreError::UnknownGrid(grid_ref.into()))?;
        serde_json::from_str(&sheets).map_err(|error| StoreError::Unreadable(error.to_string()))
    }
}
