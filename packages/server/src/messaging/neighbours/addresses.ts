import type { Neighbour } from '../neighbour.ts';
import { isLoopback } from '../subscriptions/endpoints.ts';

/**
 * What is odd about the addresses of this server and its neighbours: not wrong in itself, but nothing would arrive.
 * @param own this server's FHIR base, as others are told of it
 */
export function addressDoubts(neighbours: readonly Neighbour[], own: string): string[] {
  const isHere = (base: string) => isLoopback(new URL(base).hostname);
  const names = (some: readonly Neighbour[]) => some.map(({ name }) => name).join(', ');
  const doubts: string[] = [];
  const itself = neighbours.filter(({ base }) => base === own);
  if (itself.length > 0)
    doubts.push(`The base of the neighbour ${names(itself)} is that of this server itself, ${own}.`);
  const far = neighbours.filter(
    ({ base, deliver, notify, subscribe }) => !isHere(base) && (deliver !== undefined || notify || subscribe),
  );
  if (far.length > 0 && isHere(own)) {
    doubts.push(
      `publicUrl is not set: ${names(far)} will be told that this server is at ${own}, which leads to itself from another machine. Set the address by which others know this server, and let it stay.`,
    );
  }
  return doubts;
}
