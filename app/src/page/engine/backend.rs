//! The choice of the engine, with its reason.

use crate::adapter::Probe;
use crate::protocol::{Backend, Preference};

use crate::page::text;

/// The engine to start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The backend that runs the network.
    pub backend: Backend,
    /// The reason, in words for the visitor.
    pub why: String,
}

/// Chooses the engine. `failed` is what a WebGPU engine said when it could not start.
pub fn choose(preference: Preference, probe: &Probe, failed: Option<&str>) -> Choice {
    let cpu = |why: String| Choice {
        backend: Backend::Cpu,
        why,
    };
    if let Some(failed) = failed {
        return cpu(text::engine::not_started(&failed));
    }
    match (preference, probe) {
        (Preference::Cpu, _) => cpu(text::engine::ASKED_FOR.into()),
        (_, Probe::Missing) => cpu(text::engine::NO_WEBGPU.into()),
        (_, Probe::NoAdapter) => cpu(text::engine::NO_ADAPTER.into()),
        (Preference::Webgpu, Probe::Adapter { name, .. }) => Choice {
            backend: Backend::Webgpu,
            why: text::engine::asked_for_adapter(&name),
        },
        (Preference::Auto, Probe::Adapter { name, .. }) if probe.is_software() => {
            cpu(text::engine::software_adapter(&name))
        }
        (Preference::Auto, Probe::Adapter { name, .. }) => Choice {
            backend: Backend::Webgpu,
            why: text::engine::adapter_here(&name),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adapter(name: &str, fallback: bool) -> Probe {
        Probe::Adapter {
            name: name.into(),
            fallback,
        }
    }

    #[test]
    fn software_adapters_are_refused_unless_asked_for() {
        let software = adapter("Google SwiftShader", false);
        assert_eq!(
            choose(Preference::Auto, &software, None).backend,
            Backend::Cpu
        );
        assert_eq!(
            choose(Preference::Webgpu, &software, None).backend,
            Backend::Webgpu
        );
        assert_eq!(
            choose(Preference::Auto, &adapter("x", true), None).backend,
            Backend::Cpu
        );
    }

    #[test]
    fn a_real_adapter_is_used() {
        let real = adapter("nvidia ampere", false);
        let choice = choose(Preference::Auto, &real, None);
        assert_eq!(choice.backend, Backend::Webgpu);
        assert!(choice.why.contains("nvidia ampere"));
        assert_eq!(choose(Preference::Cpu, &real, None).backend, Backend::Cpu);
    }

    #[test]
    fn without_webgpu_the_cpu_says_why() {
        for (probe, word) in [
            (Probe::Missing, "no WebGPU"),
            (Probe::NoAdapter, "no graphics adapter"),
        ] {
            let choice = choose(Preference::Webgpu, &probe, None);
            assert_eq!(choice.backend, Backend::Cpu);
            assert!(choice.why.contains(word), "{}", choice.why);
        }
        let fallen = choose(Preference::Auto, &adapter("x", false), Some("device lost"));
        assert!(fallen.backend == Backend::Cpu && fallen.why.contains("device lost"));
    }
}
