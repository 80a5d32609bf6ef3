import type { Stretch } from './parts.ts';
import type { Text } from './pattern.ts';

/**
 * Whether a sentence is in the wording of dosage text: its components stand between spaced hyphens (D-004), and not
 * merely the two ends of a range.
 */
export function isHouse(text: Text, stretches: readonly Stretch[]): boolean {
  return stretches.some((stretch) => {
    const token = text.tokens[stretch.from];
    const next = text.tokens[stretch.to];
    return stretch.joint === '-' && token !== undefined && token.spaced && next?.spaced === true;
  });
}
