/**
 * What a medicine may be "required for". Words are a table so that a stray word is never taken for a reason; a code
 * only where the condition is one. Text keeps the sentence's own words.
 */
export interface ConditionRow {
  readonly phrase: string;
  readonly code?: string;
  readonly display?: string;
}

/** Reasons, the coded ones first. */
export const CONDITIONS: readonly ConditionRow[] = [
  { phrase: '(migraine|migraine attack|migraine attacks)', code: '37796009', display: 'Migraine' },
  { phrase: '(pain|pain relief|relief of pain)', code: '22253000', display: 'Pain' },
  { phrase: '(nausea|feeling sick)', code: '422587007', display: 'Nausea' },
  { phrase: 'diarrhoea', code: '62315008', display: 'Diarrhoea' },
  { phrase: 'scalp psoriasis', code: '238608008', display: 'Psoriasis of scalp' },
  { phrase: 'pain control' },
  {
    phrase:
      '[severe|moderate|mild|back|chest|joint|muscle|breakthrough|period|stomach|abdominal|nerve|leg|knee|neck|ear|dental|acute|chronic] pain',
  },
  { phrase: '(nausea|sickness|vomiting|travel sickness|nausea and vomiting|nausea or vomiting|sickness and vomiting)' },
  {
    phrase:
      '(headache|headaches|fever|temperature|pain or fever|pain and fever|high temperature|toothache|cramp|cramps|spasm|spasms|bladder spasm)',
  },
  { phrase: '(itch|itching|itchiness|itchy skin|rash|eczema|psoriasis|dermatitis|hives|urticaria|dry skin)' },
  {
    phrase:
      '(wheeze|wheezing|breathlessness|shortness of breath|asthma|cough|chesty cough|wheeze or breathlessness|sob)',
  },
  { phrase: '(angina|angina attack|chest pain|palpitations)' },
  { phrase: '(anxiety|agitation|distress|insomnia|sleep|panic attacks|anxiety or agitation|anxiety and agitation)' },
  {
    phrase:
      '(constipation|indigestion|heartburn|reflux|acid reflux|wind|bloating|stomach cramps|loose stools|colic|teething|haemorrhoids|piles)',
  },
  {
    phrase:
      '(allergy|allergies|hay fever|hayfever|allergic reaction|runny nose|congestion|nasal congestion|blocked nose)',
  },
  {
    phrase:
      '(seizure|seizures|fits|dizziness|vertigo|swelling|ankle swelling|hot flushes|secretions|hypo|hypoglycaemia|hiccups|dry mouth|dry eyes|sore throat|sore mouth|mouth ulcers|thrush|cold sores|gout|gout attack|flare|flares|flare up|flare ups)',
  },
  // Why a regular medicine is taken.
  {
    phrase: '[high] (blood pressure|cholesterol|blood sugar|blood sugars|temperature)',
  },
  {
    phrase:
      '(diabetes|heart|heart failure|heart rate|irregular heartbeat|thyroid|underactive thyroid|epilepsy|depression|low mood|mood|arthritis|osteoporosis|bones|bone protection|bone strength|gout prevention|prostate|bladder|bladder control|stomach|stomach protection|acid|excess acid|inflammation|circulation|blood clots|blood thinning|stroke prevention|anaemia|low iron|iron deficiency|vitamin d deficiency|contraception|menopause symptoms|hot flushes|acne|rosacea|nerves|tremor|memory|breathing|copd|prevention of (migraine|stroke|angina|blood clots))',
  },
  {
    phrase:
      '[urine|urinary|chest|skin|ear|eye|throat|tooth|dental|sinus|fungal|kidney|bladder|water|wound|urinary tract] infection',
  },
  { phrase: '(fluid|fluid retention|water retention|swollen ankles|swollen legs)' },
];
