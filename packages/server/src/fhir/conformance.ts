import { type CheckOptions, check, type Layer, type LayerFinding, layers } from '@concord/conformance';
import type { FhirResource, OperationOutcome } from 'fhir/r4';
import { outcomeOf } from './check-outcome.ts';
import type { FhirAnswer, Session } from './request.ts';

/** What the errors of one layer of checks do to a write. */
type OnWrite =
  /** They refuse it. */
  | 'refuse'
  /** They, and all else that is found, are told to a client that asks for `Prefer: return=OperationOutcome`. */
  | 'warn'
  /** The layer is not checked. */
  | 'off';

/** For each layer of checks, what it does to a write. */
export type Conformance = Readonly<Record<Layer, OnWrite>>;

/** FHIR R4 refuses; the other layers cost nothing unless the client asks what they find. */
export const DEFAULT_CONFORMANCE: Conformance = {
  fhir: 'refuse',
  'uk-core': 'warn',
  guide: 'warn',
  dmd: 'warn',
  dosage: 'warn',
  identity: 'warn',
};

/**
 * Reads `uk-core=refuse,guide=off`; layers that are not named keep their default.
 * @throws Error that says what would do
 */
export function readConformance(text: string | undefined): Conformance {
  const settings: Record<Layer, OnWrite> = { ...DEFAULT_CONFORMANCE };
  for (const part of (text ?? '').split(',')) {
    if (part.trim() === '') continue;
    const [layer = '', value = ''] = part.split('=').map((each) => each.trim());
    const isLayer = layers.some((each) => each === layer);
    if (!isLayer || (value !== 'refuse' && value !== 'warn' && value !== 'off')) {
      throw new Error(
        `CONCORD_CONFORMANCE: "${part.trim()}" is not a layer (${layers.join(', ')}), = and refuse, warn or off.`,
      );
    }
    settings[layer as Layer] = value;
  }
  return settings;
}

function layersThat(session: Session, does: OnWrite): Layer[] {
  return layers.filter((layer) => session.conformance[layer] === does);
}

/** What every check here is told: this server acts on doNotPerform. */
export function checkOptions(session: Session): CheckOptions {
  return {
    now: new Date(session.now).toISOString(),
    dictionary: session.release?.dictionary,
    actsOnDoNotPerform: true,
  };
}

/** The errors that refuse a write. */
export function refusingErrors(session: Session, resource: FhirResource): LayerFinding[] {
  const findings = check(resource, { ...checkOptions(session), layers: layersThat(session, 'refuse') });
  return findings.filter(({ severity }) => severity === 'error');
}

/** What a write that was accepted is told of, when its client asks for an OperationOutcome: errors too are warnings. */
export function withRemarks(session: Session, answer: FhirAnswer): OperationOutcome | undefined {
  const asked = layersThat(session, 'warn');
  if (answer.text === undefined || asked.length === 0) return answer.outcome;
  const findings = check(JSON.parse(answer.text), { ...checkOptions(session), layers: asked });
  if (findings.length === 0) return answer.outcome;
  const told = findings.map((finding) => ({
    ...finding,
    severity: finding.severity === 'error' ? ('warning' as const) : finding.severity,
  }));
  return { resourceType: 'OperationOutcome', issue: [...(answer.outcome?.issue ?? []), ...outcomeOf(told).issue] };
}
