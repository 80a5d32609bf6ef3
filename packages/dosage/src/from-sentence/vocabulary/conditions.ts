/**
 * What a medicine may be "required for". Words are a table so that a stray word is never taken for a reason; a code
 * only where the condition is one. Text keeps the sentence's own words.
 */
export interface ConditionRow {
  readonly phrase: string;
  readonly code?: string;
  readonly display?: string;
}

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
];
