//! The columns of the offered tables: how each was read, and a choice to read it otherwise.

use leptos::prelude::*;

use crate::page::text;
use crate::page::ui::each::each_item;
use crate::page::ui::format;
use crate::store_protocol::{ONE_HOT, OneHotGroup, TableColumn};

use super::plan_reading::PlanReading;

/// A table with more columns than this is folded at first.
const FEW: usize = 12;

/// The notes of the reader, and the columns table by table.
#[component]
pub fn PlanColumns(
    /// The reading.
    reading: PlanReading,
) -> impl IntoView {
    let recognised = reading.recognised;
    let notes = Memo::new(move |_| recognised.with(|recognised| recognised.notes.clone()));
    let tables = Memo::new(move |_| {
        recognised.with(|recognised| {
            let mut tables: Vec<String> = Vec::new();
            for column in &recognised.columns {
                if tables.last() != Some(&column.table) {
                    tables.push(column.table.clone());
                }
            }
            tables
        })
    });
    let groups = Memo::new(move |_| recognised.with(|recognised| recognised.one_hot.clone()));
    view! {
        <ul class="plan__notes" data-testid="offer-notes">
            {move || notes.get().into_iter().map(|note| view! { <li>{note}</li> }).collect_view()}
        </ul>
        {each_item(
            move || tables.get(),
            move |table| view! { <TableColumns reading=reading table=table /> }.into_any(),
        )}
        {move || {
            groups
                .get()
                .into_iter()
                .map(|group| view! { <OneHotChoice reading=reading group=group /> })
                .collect_view()
        }}
        <p class="side__hint" role="status">
            {move || reading.busy.get().then_some(text::library::REREADING)}
        </p>
        {move || {
            let problem = reading.problem.get()?;
            Some(view! {
                <p class="library__problem" role="alert" data-testid="column-problem">{problem}</p>
            })
        }}
    }
}

/// The columns of one table, or of those that share them, foldable.
#[component]
fn TableColumns(reading: PlanReading, table: String) -> impl IntoView {
    let table = StoredValue::new(table);
    let columns = Memo::new(move |_| {
        reading.recognised.with(|recognised| {
            let columns = recognised.columns.iter();
            let own = columns.filter(|column| table.with_value(|table| column.table == *table));
            own.cloned().collect::<Vec<_>>()
        })
    });
    let headline = move || {
        columns.with(|columns| {
            let labels = columns.iter().filter(|column| column.tasks > 0).count();
            table.with_value(|table| text::library::table_columns(table, columns.len(), labels))
        })
    };
    let few = columns.with_untracked(|columns| columns.len() <= FEW);
    view! {
        <details class="plan__table" data-testid="offer-table" open=few>
            <summary>{headline}</summary>
            <ul class="plan__columns">
                {each_item(
                    move || columns.get().into_iter().map(|column| column.name).collect(),
                    move |name| {
                        view! { <ColumnRow reading=reading columns=columns name=name /> }.into_any()
                    },
                )}
            </ul>
        </details>
    }
}

/// One column: its heading, its reading, and the choice.
#[component]
fn ColumnRow(reading: PlanReading, columns: Memo<Vec<TableColumn>>, name: String) -> impl IntoView {
    let name = StoredValue::new(name);
    let column = Memo::new(move |_| {
        columns.with(|columns| {
            let found = columns
                .iter()
                .find(|column| name.with_value(|name| column.name == *name));
            found.cloned()
        })
    });
    let heading = name.with_value(|name| match name.as_str() {
        "" => text::library::NO_HEADING.to_owned(),
        name => name.to_owned(),
    });
    let words = move || {
        let column = column.get()?;
        let unknown = (column.unknown > 0).then(|| {
            let [unknown, rows] = [column.unknown, column.rows].map(format::count);
            text::library::unknown(&unknown, &rows)
        });
        let parts = std::iter::once(column.reading).chain(unknown);
        Some(parts.collect::<Vec<_>>().join(" · "))
    };
    let kind = Memo::new(move |_| name.with_value(|name| reading.kind_of(name)));
    // The images' names are needed: another column takes their place, or none.
    let needed = Memo::new(move |_| {
        kind.with(Option::is_none)
            && column.with(|column| column.as_ref().is_some_and(|column| column.names_images))
    });
    let label = text::library::read_as(&heading);
    let choice = move || {
        let option = move |(value, words): (&'static str, &'static str)| {
            let chosen = move || kind.with(|kind| kind.as_deref().unwrap_or_default() == value);
            view! { <option value=value prop:selected=chosen>{words}</option> }
        };
        let recognised = ("", text::library::AS_RECOGNISED);
        let kinds = std::iter::once(recognised).chain(text::library::COLUMN_KINDS);
        view! {
            <select
                class="select"
                aria-label=label.clone()
                data-testid="column-kind"
                on:change:target=move |event| {
                    let kind = event.target().value();
                    let kind = (!kind.is_empty()).then_some(kind.as_str());
                    name.with_value(|name| reading.tell(name, kind));
                }
            >
                {kinds.map(option).collect_view()}
            </select>
        }
    };
    view! {
        <li class="plan__column" data-testid="offer-column">
            <span class="plan__heading">{heading}</span>
            <span class="plan__reading">{words}</span>
            <Show when=move || !needed.get()>{choice.clone()}</Show>
        </li>
    }
}

/// Columns with a common beginning, and the choice to make one task of them.
#[component]
fn OneHotChoice(reading: PlanReading, group: OneHotGroup) -> impl IntoView {
    let OneHotGroup {
        name,
        values,
        merged,
    } = group;
    let words = text::library::one_hot(&name, &values, merged);
    let (verb, kind) = match merged {
        true => (text::library::SEPARATE, None),
        false => (text::library::MERGE, Some(ONE_HOT)),
    };
    view! {
        <p class="plan__group" data-testid="offer-one-hot">
            <span>{words}</span>
            <button class="button" type="button" on:click=move |_| reading.tell(&name, kind)>
                {verb}
            </button>
        </p>
    }
}
