/** The sites that a demonstration may have. */
export type SiteName = 'ward' | 'pharmacy' | 'broker';

/** The addresses of the sites, without `/fhir`. */
export type Addresses = Readonly<Record<SiteName, string>>;

/** What a site's config file says of its part. */
export interface SiteConfig {
  readonly role: string;
  readonly name: string;
  readonly neighbours: readonly object[];
}

/** One way in which ward and pharmacy work together. */
export interface Architecture {
  readonly title: string;
  /** How an order and its dispense travel, for a person. */
  readonly about: string;
  /** Each site's part, given where the others are. */
  configure(at: Addresses): { readonly [site in SiteName]?: SiteConfig };
}

const fhir = (address: string) => `${address}/fhir`;
const WARD = { role: 'prescribing', name: 'Ward 7' };
const PHARMACY = { role: 'dispensing', name: 'Northgate Pharmacy' };
const BROKER = { role: 'broker', name: 'County Broker', neighbours: [] };

/** The reference architectures for the supply of medication, each as the config files of its sites. */
export const ARCHITECTURES = {
  P1: {
    title: 'P1: point to point, each sends to the other',
    about: 'The ward sends an order when it is signed; the pharmacy sends the dispense when it is given.',
    configure: (at) => ({
      ward: { ...WARD, neighbours: [{ name: 'pharmacy', base: fhir(at.pharmacy), deliver: {} }] },
      pharmacy: { ...PHARMACY, neighbours: [{ name: 'ward', base: fhir(at.ward), deliver: {} }] },
    }),
  },
  P2: {
    title: 'P2: the pharmacy is the server',
    about: 'The ward sends its orders, and asks now and then what became of them.',
    configure: (at) => ({
      ward: { ...WARD, neighbours: [{ name: 'pharmacy', base: fhir(at.pharmacy), deliver: {}, poll: { every: 0.2 } }] },
      pharmacy: { ...PHARMACY, neighbours: [] },
    }),
  },
  P3: {
    title: 'P3: the ward is the server',
    about: 'The ward tells the pharmacy that there is an order; the pharmacy fetches it, and sends the dispense.',
    configure: (at) => ({
      ward: { ...WARD, neighbours: [{ name: 'pharmacy', base: fhir(at.pharmacy) }] },
      pharmacy: { ...PHARMACY, neighbours: [{ name: 'ward', base: fhir(at.ward), subscribe: true, deliver: {} }] },
    }),
  },
  B1: {
    title: 'B1: a broker stores, the sites tell each other',
    about:
      'Each sends what it writes to the broker and tells the other only its identifier; the other fetches it there.',
    configure: (at) => ({
      broker: { ...BROKER },
      ward: {
        ...WARD,
        neighbours: [
          { name: 'broker', base: fhir(at.broker), deliver: {} },
          { name: 'pharmacy', base: fhir(at.pharmacy), notify: true, fetchFrom: 'broker' },
        ],
      },
      pharmacy: {
        ...PHARMACY,
        neighbours: [
          { name: 'broker', base: fhir(at.broker), deliver: {} },
          { name: 'ward', base: fhir(at.ward), notify: true, fetchFrom: 'broker' },
        ],
      },
    }),
  },
  B2: {
    title: 'B2: a broker stores and tells',
    about: 'Each sends what it writes to the broker, and is told by it of what concerns it.',
    configure: (at) => ({
      broker: {
        ...BROKER,
        neighbours: [
          { name: 'ward', base: fhir(at.ward) },
          { name: 'pharmacy', base: fhir(at.pharmacy) },
        ],
      },
      ward: { ...WARD, neighbours: [{ name: 'broker', base: fhir(at.broker), deliver: {}, subscribe: true }] },
      pharmacy: { ...PHARMACY, neighbours: [{ name: 'broker', base: fhir(at.broker), deliver: {}, subscribe: true }] },
    }),
  },
} as const satisfies { readonly [name: string]: Architecture };

/** P1 to P3 point to point; B1 and B2 with a broker. */
export type ArchitectureName = keyof typeof ARCHITECTURES;
