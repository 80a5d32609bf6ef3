/** When a site's active orders become completed by themselves. */
export type CompletionPolicy = 'on-receipt' | 'on-dispense' | 'on-administration' | 'never';

/** What each policy means, for whoever chooses one. */
export const COMPLETION_RULES: Readonly<Record<CompletionPolicy, string>> = {
  'on-receipt':
    'Completed when a dispense is reported as handed over, unless more is under way or the amounts show that some is to come.',
  'on-dispense': 'Completed when the amounts show that all that was asked for has been handed over.',
  'on-administration': 'Completed when as many administrations are recorded as the dosage asks for.',
  never: 'Completed by a person only.',
};
