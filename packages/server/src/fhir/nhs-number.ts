/** The system of NHS numbers (England, Wales and the Isle of Man). */
export const NHS_NUMBER = 'https://fhir.nhs.uk/Id/nhs-number';

/** As the NHS writes it for people: 3-3-4. */
export function spacedNhsNumber(text: string): string {
  return text.replace(/^(\d{3})(\d{3})(\d{4})$/, '$1 $2 $3');
}
