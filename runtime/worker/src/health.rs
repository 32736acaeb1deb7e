//! What a worker looks at beside its work: whether the server answers, and whether somebody has registered the search attributes.

use std::time::Duration;

use temporalio_client::tonic::Code;
use temporalio_common::protos::temporal::api::workflowservice::v1::GetSystemInfoRequest;

use crate::connect::{Link, said};
use crate::programs::Programs;
use crate::search;

/// How often is looked.
const EVERY: Duration = Duration::from_secs(3);
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// After how many looks the search attributes are asked for again.
const SEARCH_EVERY: u32 = 10;

/// What is to be told, once for each change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// The server does not answer, and why. It is asked again until it does.
    Away(String),
    /// It answers again.
    Back,
    /// The search attributes are registered now: runs that begin from now on tell theirs.
    Searchable,
}

/// Looks until it is dropped. `searchable`: whether the search attributes are known already.
pub async fn watch(link: &Link, programs: &Programs, mut searchable: bool, tell: impl Fn(Health)) {
    let mut away = 0_u32;
    let mut looks = 0_u32;
    loop {
        tokio::time::sleep(EVERY).await;
        looks = looks.wrapping_add(1);
        match answers(link).await {
            // One lost answer is nothing to be told.
            Err(why) => {
                away = away.saturating_add(1);
                if away == 2 {
                    tell(Health::Away(why));
                }
            }
            Ok(()) => {
                if away >= 2 {
                    tell(Health::Back);
                }
                away = 0;
                if !searchable
                    && looks.is_multiple_of(SEARCH_EVERY)
                    && search::missing(link).await.is_ok_and(|missing| missing.is_empty())
                {
                    searchable = true;
                    programs.set_search(true);
                    tell(Health::Searchable);
                }
            }
        }
    }
}

async fn answers(link: &Link) -> Result<(), String> {
    let ask = link.ask(PATIENCE, GetSystemInfoRequest::default(), |mut service, request| async move {
        service.get_system_info(request).await
    });
    match ask.await {
        Ok(_) => Ok(()),
        Err(status) if status.code() == Code::DeadlineExceeded => {
            Err(format!("no answer within {} seconds", PATIENCE.as_secs()))
        }
        Err(status) => Err(said(&status)),
    }
}
