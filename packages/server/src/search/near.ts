/** `Location?near=`: is one place within a distance of another? */

export interface Position {
  latitude: number;
  longitude: number;
}

/** A place and how far from it is near, in metres. */
export interface Nearby extends Position {
  metres: number;
}

/** Units of distance by their UCUM codes, in metres. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['m', 1],
  ['km', 1000],
  ['[mi_i]', 1609.344],
  ['[mi_us]', 1609.347],
  ['[ft_i]', 0.3048],
]);
/** What is near when no distance is given. */
const DEFAULT_METRES = 10_000;
const EARTH_METRES = 6_371_008.8;

/**
 * Reads `latitude|longitude|distance|unit`; distance and unit may be left out (10 km, and km).
 * @returns undefined when it cannot be read
 */
export function readNearby(parts: readonly string[]): Nearby | undefined {
  const [latitude, longitude, distance = '', unit = 'km', ...more] = parts;
  const scale = UNITS.get(unit === '' ? 'km' : unit);
  const position = positionOf({ latitude: number(latitude), longitude: number(longitude) });
  const far = distance === '' ? DEFAULT_METRES : number(distance) * (scale ?? Number.NaN);
  if (position === undefined || scale === undefined || !(far >= 0) || more.length > 0) return undefined;
  return { ...position, metres: far };
}

function number(text: string | undefined): number {
  return text !== undefined && /^[+-]?\d{1,9}(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

/** A position on the Earth in WGS84 degrees, or undefined for anything else. */
export function positionOf(value: unknown): Position | undefined {
  const { latitude, longitude } = (value ?? {}) as { latitude?: unknown; longitude?: unknown };
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return undefined;
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return undefined;
  return { latitude, longitude };
}

/** The great-circle distance, by the haversine formula, is no more than the one given. */
export function isNear(place: Position, from: Nearby): boolean {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const latitude = radians(place.latitude - from.latitude);
  const longitude = radians(place.longitude - from.longitude);
  const h =
    Math.sin(latitude / 2) ** 2 +
    Math.cos(radians(place.latitude)) * Math.cos(radians(from.latitude)) * Math.sin(longitude / 2) ** 2;
  return 2 * EARTH_METRES * Math.asin(Math.min(1, Math.sqrt(h))) <= from.metres;
}
