/** What a client prefers, from its `Prefer` header. Anything else in the header is a preference we may ignore. */
export interface Preferences {
  return: 'minimal' | 'representation' | 'OperationOutcome';
  lenient: boolean;
}

/** Reads `Prefer: return=minimal, handling=lenient`. */
export function readPrefer(header: string | undefined): Preferences {
  const preferences: Preferences = { return: 'representation', lenient: false };
  for (const part of (header ?? '').split(/[,;]/)) {
    const [name, value] = part.trim().split('=');
    if (name === 'return' && (value === 'minimal' || value === 'representation' || value === 'OperationOutcome')) {
      preferences.return = value;
    }
    if (name === 'handling') preferences.lenient = value === 'lenient';
  }
  return preferences;
}
