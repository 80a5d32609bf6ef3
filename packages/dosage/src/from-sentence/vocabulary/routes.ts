/** Routes a sentence can name; codes and displays of the dm+d route lookup. */
export interface RouteRow {
  readonly code: string;
  readonly display: string;
  readonly phrases: readonly string[];
}

/** Routes, by the words for them. */
export const ROUTES: readonly RouteRow[] = [
  {
    code: '26643006',
    display: 'Oral',
    phrases: ['[by the|via the] oral route', 'oral', 'orally', 'by mouth', 'via mouth', 'po'],
  },
  {
    code: '34206005',
    display: 'Subcutaneous',
    phrases: [
      '[by the|via the] subcutaneous route',
      'subcutaneous',
      'subcutaneously',
      'sc',
      'subcut',
      'under the skin',
      '(by|as) subcutaneous infusion',
    ],
  },
  {
    code: '78421000',
    display: 'Intramuscular',
    phrases: ['[by the|via the] intramuscular route', 'intramuscular', 'intramuscularly', 'im'],
  },
  {
    code: '47625008',
    display: 'Intravenous',
    phrases: ['[by the|via the] intravenous route', 'intravenous', 'intravenously', 'iv'],
  },
  { code: '372464004', display: 'Intradermal', phrases: ['intradermal', 'intradermally'] },
  {
    code: '37161004',
    display: 'Rectal',
    phrases: [
      '[by the|via the] rectal route',
      'rectal',
      'rectally',
      'per rectum',
      'pr',
      '(into|in) the (rectum|back passage)',
      'into back passage',
    ],
  },
  {
    code: '16857009',
    display: 'Vaginal',
    phrases: [
      '[by the|via the] vaginal route',
      'vaginal',
      'vaginally',
      'per vagina',
      'pv',
      '(high into|into|in) the vagina',
      'high into vagina',
      'intravaginally',
    ],
  },
  {
    code: '37839007',
    display: 'Sublingual',
    phrases: [
      '[by the|via the] sublingual route',
      'sublingual',
      'sublingually',
      'sl',
      '(under|beneath) [the|your] tongue',
    ],
  },
  {
    code: '54471007',
    display: 'Buccal',
    phrases: [
      '[by the|via the] buccal route',
      'buccal',
      'buccally',
      'between [the] (gum and cheek|cheek and gum|upper lip and gum)',
    ],
  },
  {
    code: '46713006',
    display: 'Nasal',
    phrases: ['[by the|via the] nasal route', 'nasal', 'nasally', 'intranasally', 'intranasal'],
  },
  { code: '54485002', display: 'Ocular', phrases: ['[by the|via the] ocular route', 'ocular', 'ophthalmic'] },
  { code: '10547007', display: 'Auricular', phrases: ['[by the|via the] auricular route', 'auricular', 'otic'] },
  {
    code: '45890007',
    display: 'Transdermal',
    phrases: ['[by the|via the] transdermal route', 'transdermal', 'transdermally'],
  },
  { code: '6064005', display: 'Topical', phrases: ['[by the|via the] topical route', 'topical', 'topically'] },
  { code: '448598008', display: 'Cutaneous', phrases: ['[by the|via the] cutaneous route', 'cutaneous'] },
  {
    code: '18679011000001101',
    display: 'Inhalation',
    phrases: ['inhalation', 'by inhalation', '[by the|via the] inhalation route'],
  },
  { code: '372473007', display: 'Oromucosal', phrases: ['oromucosal'] },
  { code: '90028008', display: 'Urethral', phrases: ['urethral'] },
];

/** "By subcutaneous injection" is a route and the method Inject in one phrase. */
export const INJECTION_ROUTES: readonly { readonly word: string; readonly code: string }[] = [
  { word: '(subcutaneous|sc|subcut)', code: '34206005' },
  { word: '([deep] intramuscular|im)', code: '78421000' },
  { word: '([slow] intravenous|iv)', code: '47625008' },
  { word: 'intradermal', code: '372464004' },
];
