/**
 * Places on the body. A code only where SNOMED CT has the place itself: "the affected eye" is no anatomical place,
 * so it stays text (as the guide advises).
 */
export interface SiteRow {
  readonly phrase: string;
  readonly code?: string;
  readonly display?: string;
}

/** Read after "in", "into", "to", "on", "onto", "for" or alone where the words can be nothing else. */
export const SITES: readonly SiteRow[] = [
  { phrase: 'left eye', code: '8966001', display: 'Left eye structure' },
  { phrase: 'right eye', code: '18944008', display: 'Right eye structure' },
  { phrase: 'both eyes', code: '40638003', display: 'Structure of both eyes' },
  { phrase: 'anterior abdominal wall [structure]', code: '59380008', display: 'Anterior abdominal wall structure' },
  { phrase: '(each|either|both) [affected] (eye|eyes)' },
  { phrase: '[affected|infected|sore|dry] (eye|eyes)' },
  { phrase: '(left|right) (ear|nostril)' },
  { phrase: '(both|each) [affected] (ear|ears|nostril|nostrils)' },
  { phrase: '[affected|infected|blocked|sore] (ear|ears|nostril|nostrils|nose)' },
  { phrase: '[dry|affected|itchy|infected|red] [skin] (area|areas|patches|lesion|lesions|part|parts)' },
  { phrase: 'areas affected' },
  { phrase: '[affected|dry|clean|itchy|whole|entire] skin [areas]' },
  {
    phrase:
      '[affected|dry|wet|damp] (scalp|hair|face|neck|trunk|body|hands|hand|feet|foot|legs|leg|arms|arm|back|chest|groin|elbows|knees|knee|shoulder|shoulders|toes|lips|lip|mouth|gums|gum|teeth|wound|wounds|ulcer|ulcers|anus|vulva|penis|eyelids|eyelid|lashes)',
  },
  { phrase: '(infected|affected) (nail|nails|toenail|toenails)' },
  { phrase: '[left|right] (thigh|shoulder|knee|arm|leg|foot|hand|hip|elbow|buttock)' },
  { phrase: '(nail|nails|toenails)' },
  { phrase: '(rash|spots|burn|burns|wart|warts|verruca|cold sore|cold sores)' },
  { phrase: '(perianal|anal|genital|vaginal|vulval) area' },
  { phrase: '[inside of the] (mouth|cheek)' },
  { phrase: 'abdomen' },
  { phrase: 'both (feet|hands|legs|arms|knees|elbows|shoulders|sides)' },
  { phrase: '(palms|soles|fingers|forearms|cheeks|forehead|eyebrows|armpits|buttocks|heels|ankles|thighs|nose)' },
  { phrase: 'each side' },
];

/** Sites that are written without a preposition in shorthand: "1 drop left eye", "LE", "both eyes". */
export const BARE_SITES: readonly SiteRow[] = [
  { phrase: '(left eye|l eye)', code: '8966001', display: 'Left eye structure' },
  { phrase: '(right eye|r eye)', code: '18944008', display: 'Right eye structure' },
  { phrase: 'both eyes', code: '40638003', display: 'Structure of both eyes' },
  { phrase: '(each eye|affected eye|affected eyes|eyes)' },
  { phrase: '(each nostril|both nostrils|each ear|both ears|left ear|right ear|affected ear|affected ears)' },
  { phrase: '(affected area|affected areas)' },
  { phrase: '(left|right) (thigh|shoulder|knee|arm|leg|foot|hand|hip|elbow|buttock)' },
];
