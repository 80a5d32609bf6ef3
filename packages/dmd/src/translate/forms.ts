/**
 * What is known of forms: whether a unit divides, whether the amount of substance is how it is dosed, and whether the
 * form must survive when a product becomes a moiety and a dose (T5, U5). A site may add or change rows.
 */

/**
 * How a quantity that is not whole can be given.
 * `quarters`: the unit divides into halves and quarters. `measured`: any amount that a measure gives. `whole`: only whole
 * units. `applied`: put on, in or dropped; never dosed by weight of its substance.
 */
export type Division = 'quarters' | 'measured' | 'whole' | 'applied';

/** What is known of one form. */
export interface FormRule {
  readonly division: Division;
  /** Whether a dose of the moiety without this form could be filled by something that acts otherwise. */
  readonly keep: boolean;
  readonly source: string;
}

/** Rules of a site by form code; they go before the table. */
export type FormRules = Readonly<Record<string, FormRule>>;

const SOURCES: Readonly<Record<string, string>> = {
  T5: 'dose to product rule T5 names this form as not dividing',
  T5r: 'by the reasoning of T5: what controls release, or a measured part of it, is lost when it is divided',
  T5u: 'by the reasoning of T5: made and metered as single units',
  tab: 'a plain tablet is ordinarily given in halves, at most quarters',
  liq: 'a liquid is measured, not split (T5)',
  top: 'UK practice prescribes it by application, drop or length, not by weight of substance',
  ini: 'a liquid drawn up; route and volume are those of the order (T5, U4)',
};

/** Form code, name, division, keep (yes, no), source. A form that is not here is given whole and its name is kept. */
const FORMS = `
  421026006          Oral tablet                              quarters  no   tab
  385055001          Tablet                                   quarters  no   tab
  385049006          Capsule                                  whole     no   T5
  420692007          Oral capsule                             whole     no   T5
  385054002          Modified-release capsule                 whole     yes  T5
  385061003          Modified-release tablet                  whole     yes  T5
  421720008          Spray                                    whole     yes  T5
  385047008          Modified-release granules                whole     yes  T5r
  385059007          Gastro-resistant tablet                  whole     yes  T5r
  385052003          Gastro-resistant capsule                 whole     yes  T5r
  385045000          Gastro-resistant granules                whole     yes  T5r
  447079001          Orodispersible tablet                    whole     yes  T5u
  447050008          Orodispersible film                      whole     yes  T5u
  385062005          Oral lyophilisate                        whole     yes  T5u
  385084005          Sublingual tablet                        whole     yes  T5u
  385085006          Buccal tablet                            whole     yes  T5u
  385086007          Muco-adhesive buccal tablet              whole     yes  T5u
  66076007           Chewable tablet                          whole     no   T5u
  42005711000001107  Chewable capsule                         whole     no   T5u
  764780001          Effervescent tablet                      whole     no   T5u
  421366001          Dispersible tablet                       whole     no   T5u
  421701006          Soluble tablet                           whole     no   T5u
  764501003          Lozenge                                  whole     yes  T5u
  421079001          Pastille                                 whole     yes  T5u
  385194003          Suppository                              whole     yes  T5u
  767059009          Pessary                                  whole     yes  T5u
  385114002          Transdermal patch                        whole     yes  T5r
  385207009          Inhalation powder                        whole     yes  T5u
  114981000001105    Pressurised inhalation                   whole     yes  T5u
  385074009          Sublingual spray                         whole     yes  T5u
  385041009          Oral powder                              whole     no   T5u
  420509004          Oral granules                            whole     no   T5u
  385023001          Oral solution                            measured  no   liq
  385024007          Oral suspension                          measured  no   liq
  42552211000001100  Oral liquid                              measured  no   liq
  385025008          Oral emulsion                            measured  no   liq
  385018001          Oral drops                               measured  no   liq
  385026009          Powder for oral solution                 measured  no   liq
  385027000          Powder for oral suspension               measured  no   liq
  385028005          Granules for oral solution               measured  no   liq
  385029002          Granules for oral suspension             measured  no   liq
  19276111000001108  Concentrate for oral solution            measured  no   liq
  42552311000001108  Gastroenteral or oral liquid             measured  yes  liq
  35367711000001100  Gastroenteral liquid                     measured  yes  liq
  115291000001103    Nebuliser liquid                         measured  yes  liq
  385219001          Solution for injection                   measured  no   ini
  385229008          Solution for infusion                    measured  no   ini
  14964511000001102  Infusion                                 measured  no   ini
  385220007          Suspension for injection                 measured  yes  ini
  385221006          Emulsion for injection                   measured  yes  ini
  765367006          Emulsion for infusion                    measured  yes  ini
  385223009          Powder for solution for injection        measured  no   ini
  764843001          Powder for solution for infusion         measured  no   ini
  7375911000001101   Powder and solvent for solution for injection  measured  no  ini
  14955211000001106  Powder and solvent for solution for infusion   measured  no  ini
  385124005          Eye drops                                applied   yes  top
  385123004          Eye ointment                             applied   yes  top
  385122009          Eye gel                                  applied   yes  top
  385136004          Ear drops                                applied   yes  top
  385152001          Nasal drops                              applied   yes  top
  765163001          Ear/eye drops solution                   applied   yes  top
  765164007          Ear/eye/nose drops solution              applied   yes  top
  385135000          Ear ointment                             applied   yes  top
  385151008          Nasal ointment                           applied   yes  top
  385150009          Nasal gel                                applied   yes  top
  385149009          Nasal cream                              applied   yes  top
  501831000001108    Eye lotion                               applied   yes  top
  421628006          Cutaneous cream                          applied   yes  top
  425753008          Cutaneous ointment                       applied   yes  top
  421949005          Cutaneous gel                            applied   yes  top
  385108009          Cutaneous solution                       applied   yes  top
  42552011000001105  Cutaneous liquid                         applied   yes  top
  385111005          Cutaneous emulsion                       applied   yes  top
  385102005          Cutaneous paste                          applied   yes  top
  385112003          Cutaneous powder                         applied   yes  top
  385103000          Cutaneous foam                           applied   yes  top
  385106008          Cutaneous spray solution                 applied   yes  top
  385099005          Cream                                    applied   yes  top
  385101003          Ointment                                 applied   yes  top
  385100002          Gel                                      applied   yes  top
  739002006          Paste                                    applied   yes  top
  3095111000001104   Paint                                    applied   yes  top
  3097511000001104   Wash                                     applied   yes  top
  35367211000001107  Shampoo                                  applied   yes  top
  35366811000001106  Bath additive                            applied   yes  top
  70409003           Mouthwash                                applied   yes  top
  385165005          Vaginal cream                            applied   yes  top
  385166006          Vaginal gel                              applied   yes  top
  385184008          Rectal ointment                          applied   yes  top
  385182007          Rectal cream                             applied   yes  top
  385185009          Rectal foam                              applied   yes  top
  385078007          Oromucosal gel                           applied   yes  top
  385079004          Oromucosal paste                         applied   yes  top
  385088008          Dental gel                               applied   yes  top
  763445009          Dental paste                             applied   yes  top
  35367111000001101  Medicated nail lacquer                   applied   yes  top
  1231318007         Collodion                                applied   yes  top
  10984111000001107  Medicated plaster                        applied   yes  top
  385120001          Impregnated dressing                     applied   yes  top
  115281000001100    Inhalation vapour                        applied   yes  top`;

const UNKNOWN: FormRule = {
  division: 'whole',
  keep: true,
  source: 'not in the table of forms, so nothing is assumed: given whole, and its name kept',
};

const table = new Map<string, FormRule>(
  FORMS.split('\n').flatMap((line): [string, FormRule][] => {
    const cells = line.trim().split(/ {2,}/);
    const [code, , division, keep, source = ''] = cells;
    if (code === undefined || cells.length !== 5 || !/^\d+$/.test(code)) return [];
    return [[code, { division: division as Division, keep: keep === 'yes', source: SOURCES[source] ?? source }]];
  }),
);

/** The rule of a form: the site's, else the table's, else the careful one. */
export function formRule(code: string | undefined, site: FormRules = {}): FormRule {
  if (code === undefined) return UNKNOWN;
  return (Object.hasOwn(site, code) ? site[code] : undefined) ?? table.get(code) ?? UNKNOWN;
}

/** The codes of the table, for pages that show it and tests that check it against a release. */
export function formCodes(): readonly string[] {
  return [...table.keys()];
}
