//! The quality of each lens: at a glance, and in figures.

use leptos::prelude::*;
use modulens_schema::TaskQuality;

use crate::page::shell::gallery::GalleryData;
use crate::page::text;
use crate::page::text::titles::task_title;
use crate::page::ui::barcode::Barcode;
use crate::page::ui::format;
use crate::page::ui::hue;

use crate::page::text::network as texts;

/// Chart, table, and how it was measured.
pub fn card_quality(data: &GalleryData) -> impl IntoView + use<> {
    let manifest = &data.manifest;
    let quality = &manifest.quality;
    // Figures go with their tasks by name: those of a task that could not be measured are missing.
    let titled = |figures: &TaskQuality| {
        let task = (manifest.tasks.iter()).position(|task| task.name == figures.name)?;
        Some((task, task_title(&manifest.tasks[task])))
    };
    let glance = texts::by_accuracy(quality)
        .into_iter()
        .filter_map(|place| {
            let figures = &quality.tasks[place];
            titled(figures).map(|(task, title)| bar(task, title, figures))
        })
        .collect_view();
    let has_auc = quality.tasks.iter().any(|figures| figures.auc.is_some());
    let rows = (quality.tasks.iter())
        .filter_map(|figures| {
            titled(figures).map(|(task, title)| row(task, title, figures, has_auc))
        })
        .collect_view();
    let summary = texts::summary(&manifest.tasks, quality)
        .map(|sentences| sentences.map(|sentence| view! { <p>{sentence}</p> }));
    let caution = data.kept_id().is_some().then(|| {
        view! {
            <p class="card__caution" data-testid="card-own">
                {text::model_card::NOT_ON_YOURS}
            </p>
        }
    });
    view! {
        <div class="card__pair">
            <section>
                <h3>{text::model_card::QUALITY}</h3>
                {caution}
                {summary}
                <p class="side__hint">
                    {text::model_card::ABOUT_TRIPLETS}
                </p>
                <p class="side__hint">
                    {text::model_card::measured_on(&quality.split.name(), &quality.dataset)} <code>"cargo run -p modulens-trainer -- eval"</code>
                    {text::model_card::MEASURED_HOW}
                </p>
            </section>
            <div class="glance" aria-hidden="true">
                <ul class="glance__list">{glance}</ul>
                <p class="glance__scale">
                    <span>"50 %"</span>
                    <span>"75 %"</span>
                    <span>"100 %"</span>
                </p>
            </div>
        </div>
        <div class="card__table" tabindex="0" role="region" aria-label=text::model_card::QUALITY_TABLE>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{text::model_card::TASK}</th>
                        <th scope="col">{text::model_card::TRIPLETS}</th>
                        <th scope="col">{text::model_card::INTERVAL}</th>
                        <th scope="col">{text::model_card::PRECISION}</th>
                        <th scope="col">{text::model_card::MEAN_AVERAGE_PRECISION}</th>
                        {has_auc.then(|| view! { <th scope="col">{text::model_card::AUC}</th> })}
                        <th scope="col">{text::model_card::CALIBRATION_ERROR}</th>
                        <th scope="col">{text::model_card::LABELLED}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// One task on the chart, which begins at chance.
fn bar(task: usize, title: String, quality: &TaskQuality) -> impl IntoView + use<> {
    let style = format!(
        "{};--low:{:.4};--high:{:.4};--at:{:.4}",
        hue::style(task),
        quality.ci95.low,
        quality.ci95.high,
        quality.triplet_accuracy
    );
    view! {
        <li class="glance__task" style=style>
            <span class="glance__name">{title}</span>
            <span class="glance__track"></span>
            <span class="glance__figure">{format::percent_fine(quality.triplet_accuracy)}</span>
        </li>
    }
}

/// One task in the table. `has_auc`: true if some task of it has the area under its ROC curve.
fn row(task: usize, title: String, quality: &TaskQuality, has_auc: bool) -> impl IntoView + use<> {
    let auc = || match quality.auc {
        Some(auc) => format::percent_fine(auc),
        None => "–".into(),
    };
    let cells = [
        format::percent_fine(quality.triplet_accuracy),
        text::model_card::interval(
            &format::percent_fine(quality.ci95.low),
            &format::percent_fine(quality.ci95.high),
        ),
        format::percent_fine(quality.precision_at_10),
        format::percent_fine(quality.map),
    ];
    let last = [
        format::percent_fine(quality.calibration_error),
        format::count(quality.images),
    ];
    let cells = (cells.into_iter().chain(has_auc.then(auc))).chain(last);
    view! {
        <tr style=hue::style(task)>
            <th scope="row">
                <span class="facet__name">
                    <Barcode task=task bars=32 />
                    {title}
                </span>
            </th>
            {cells.map(|cell| view! { <td>{cell}</td> }).collect_view()}
        </tr>
    }
}
