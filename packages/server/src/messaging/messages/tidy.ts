import type { Bundle, FhirResource } from 'fhir/r4';
import { namesIn, withReferences } from '../receiving/incoming.ts';

const ID = /^[A-Za-z0-9\-.]{1,64}$/;

/**
 * A message whose entries refer to each other strictly. Many senders give their resources ids that are no ids
 * (`urn:patient-1`), and refer to those: such an id is left out, since what is filed gets one of this server's, and the
 * reference is to the entry's fullUrl.
 * @returns the message, and whether any reference had to be understood so (R-251b)
 */
export function tidied(bundle: Bundle): { bundle: Bundle; loose: boolean } {
  const entries = (bundle.entry ?? []).map(({ fullUrl, resource, ...rest }) => {
    const { id, ...bare } = (resource ?? {}) as FhirResource & { id?: unknown };
    const isBad = typeof id === 'string' && !ID.test(id);
    const name =
      fullUrl ??
      (typeof id !== 'string' ? undefined : isBad ? (id.startsWith('urn:') ? id : undefined) : `urn:uuid:${id}`);
    return {
      ...rest,
      ...(name === undefined ? {} : { fullUrl: name }),
      resource: isBad ? (bare as FhirResource) : resource,
      was: resource,
    };
  });
  const called = entries.flatMap(({ fullUrl, was }) =>
    was === undefined ? [] : [{ fullUrl, resource: was as FhirResource }],
  );
  const names = namesIn(called);
  let loose = false;
  const entry = entries.map(({ was: _was, ...each }) => ({
    ...each,
    resource: withReferences(
      each.resource,
      (reference) => {
        const { reference: literal = '' } = reference;
        const meant = names.get(literal)?.fullUrl;
        if (meant === undefined || meant === literal || literal.includes('/')) return reference;
        loose = true;
        return { ...reference, reference: meant };
      },
      '',
    ) as FhirResource,
  }));
  return { bundle: { ...bundle, entry } as Bundle, loose };
}
