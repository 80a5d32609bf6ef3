import { type LayerFinding, layerSystem, outcome } from '@concord/conformance';
import type { OperationOutcome } from 'fhir/r4';

/** The findings as an OperationOutcome; each issue says its layer and rule in `details.coding`. */
export function outcomeOf(findings: readonly LayerFinding[]): OperationOutcome {
  const whole = outcome(findings);
  findings.forEach(({ layer }, i) => {
    whole.issue[i]?.details?.coding?.push({ system: layerSystem, code: layer });
  });
  return whole;
}
