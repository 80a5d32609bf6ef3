/**
 * What prescribers type for what dm+d prints. Each row: the word as typed (lower case), and the words it can stand for,
 * all of which must then be found. A row adds a reading; it never takes the literal one away.
 *
 * Only what the beginning of a word does not already find (`tab` finds tablets by itself), and no abbreviation that is
 * known to be misread for another medicine. Add rows freely: short forms in common use, and names that were replaced by
 * the recommended international non-proprietary name in the United Kingdom, or that visitors from abroad use. Not for
 * brands: those are in dm+d.
 */

/** Short forms of forms, release characteristics and routes. */
const SHORT_FORMS: readonly (readonly [typed: string, means: string])[] = [
  ['tabs', 'tablet'],
  ['caps', 'capsule'],
  ['soln', 'solution'],
  ['crm', 'cream'],
  ['nebs', 'nebuliser'],
  ['nebule', 'nebuliser'],
  ['mdi', 'inhaler'],
  ['dpi', 'dry powder inhaler'],
  ['gtt', 'drop'],
  ['odt', 'orodispersible'],
  ['melt', 'orodispersible'],
  ['pfs', 'pre filled syringe'],
  ['mr', 'modified release'],
  ['xl', 'modified release'],
  ['xr', 'modified release'],
  ['sr', 'modified release'],
  ['er', 'modified release'],
  ['cr', 'modified release'],
  ['la', 'modified release'],
  ['retard', 'modified release'],
  ['ec', 'gastro resistant'],
  ['enteric', 'gastro resistant'],
  ['sf', 'sugar free'],
  ['sugarfree', 'sugar free'],
  ['pf', 'preservative free'],
];

/** Abbreviated medicines. */
const SHORT_NAMES: readonly (readonly [typed: string, means: string])[] = [
  ['gtn', 'glyceryl trinitrate'],
  ['ismn', 'isosorbide mononitrate'],
  ['isdn', 'isosorbide dinitrate'],
  ['nacl', 'sodium chloride'],
  ['kcl', 'potassium chloride'],
  ['feso4', 'ferrous sulfate'],
  ['wfi', 'water injection'],
];

/** Former British approved names and names from abroad. */
const FORMER_NAMES: readonly (readonly [typed: string, means: string])[] = [
  ['acetaminophen', 'paracetamol'],
  ['albuterol', 'salbutamol'],
  ['epinephrine', 'adrenaline'],
  ['norepinephrine', 'noradrenaline'],
  ['meperidine', 'pethidine'],
  ['glyburide', 'glibenclamide'],
  ['glycopyrrolate', 'glycopyrronium'],
  ['isoproterenol', 'isoprenaline'],
  ['rifampin', 'rifampicin'],
  ['levalbuterol', 'levosalbutamol'],
  ['cromolyn', 'cromoglicate'],
  ['frusemide', 'furosemide'],
  ['lignocaine', 'lidocaine'],
  ['bendrofluazide', 'bendroflumethiazide'],
  ['thyroxine', 'levothyroxine'],
  ['dothiepin', 'dosulepin'],
  ['trimeprazine', 'alimemazine'],
  ['benzhexol', 'trihexyphenidyl'],
  ['amylobarbitone', 'amobarbital'],
  ['phenobarbitone', 'phenobarbital'],
  ['chlorpheniramine', 'chlorphenamine'],
  ['cholecalciferol', 'colecalciferol'],
  ['cyclosporin', 'ciclosporin'],
  ['cyclosporine', 'ciclosporin'],
  ['cephalexin', 'cefalexin'],
  ['cephradine', 'cefradine'],
  ['amoxycillin', 'amoxicillin'],
  ['benorylate', 'benorilate'],
  ['beclomethasone', 'beclometasone'],
  ['busulphan', 'busulfan'],
  ['chlormethiazole', 'clomethiazole'],
  ['clomiphene', 'clomifene'],
  ['corticotrophin', 'corticotropin'],
  ['danthron', 'dantron'],
  ['dicyclomine', 'dicycloverine'],
  ['dienoestrol', 'dienestrol'],
  ['eformoterol', 'formoterol'],
  ['ethinyloestradiol', 'ethinylestradiol'],
  ['guaiphenesin', 'guaifenesin'],
  ['hydroxyurea', 'hydroxycarbamide'],
  ['indomethacin', 'indometacin'],
  ['methotrimeprazine', 'levomepromazine'],
  ['mitozantrone', 'mitoxantrone'],
  ['mustine', 'chlormethine'],
  ['nicoumalone', 'acenocoumarol'],
  ['oestradiol', 'estradiol'],
  ['oestriol', 'estriol'],
  ['oestrogen', 'estrogen'],
  ['quinalbarbitone', 'secobarbital'],
  ['cromoglycate', 'cromoglicate'],
  ['stilboestrol', 'diethylstilbestrol'],
  ['sulphasalazine', 'sulfasalazine'],
  ['sulphadiazine', 'sulfadiazine'],
  ['sulphate', 'sulfate'],
  ['tetracosactrin', 'tetracosactide'],
  ['thiopentone', 'thiopental'],
  ['tribavirin', 'ribavirin'],
  ['urofollitrophin', 'urofollitropin'],
];

/** What a typed word can stand for besides itself, and why. */
export interface OtherReading {
  readonly how: 'abbreviation' | 'former name';
  readonly words: readonly string[];
}

const READINGS: ReadonlyMap<string, OtherReading> = new Map<string, OtherReading>([
  ...[...SHORT_FORMS, ...SHORT_NAMES].map(
    ([typed, means]) => [typed, { how: 'abbreviation', words: means.split(' ') }] as const,
  ),
  ...FORMER_NAMES.map(([typed, means]) => [typed, { how: 'former name', words: means.split(' ') }] as const),
]);

/**
 * The words that an abbreviation or former name stands for; undefined when the typed word is neither. Five letters of a
 * former name are enough.
 */
export function otherReading(typed: string): OtherReading | undefined {
  const whole = READINGS.get(typed);
  if (whole !== undefined || typed.length < 5) return whole;
  for (const [former] of FORMER_NAMES) if (former.startsWith(typed)) return READINGS.get(former);
  return undefined;
}
