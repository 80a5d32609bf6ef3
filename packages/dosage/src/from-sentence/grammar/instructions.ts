import type { Instruction, Part } from '../parts.ts';
import { METHODS } from '../vocabulary/methods.ts';
import { type PhraseRow, row } from './phrase.ts';

const mouthwash = METHODS.find(({ display }) => display === 'Use as a mouthwash');
if (!mouthwash) throw new Error('The method table has no mouthwash.');

/**
 * Instructions that FHIR has no element for, or a code. All are carried in `additionalInstruction` with the words of
 * the sentence; a row here says that the words are understood to be advice, and change no amount and no time.
 */
const advice = (instruction: Instruction = {}): Part => ({ kind: 'instruction', instruction });

const DIRECTED: Instruction = { code: '421769005', display: 'Follow directions' };
const IMMEDIATELY: Instruction = { code: '94171000001102', display: 'To be administered immediately' };

const EVENTS =
  '[a|an|the|each|every|any|your|first] (procedure|operation|surgery|sexual activity|sex|intercourse|travel|travelling|journey|exercise|exertion|bowel movement|bowel movements|loose stool|loose stools|loose motion|motion|injection|injections|dressing change|dressing changes|dialysis|chemotherapy|treatment|appointment|dental appointment|dental treatment|scan|blood test|washing|bathing|bath|shower|cleaning teeth|brushing teeth|school|work|nappy change|flight|onset of attack|onset of symptoms|feed|feeds)';

const CODED: readonly PhraseRow[] = [
  row(
    '[to be] [use|used|take|taken|apply|applied] [exactly] (as|per) [as] (directed|instructed|advised|prescribed|discussed|explained|per instructions|per directions|before|indicated) [by [the|your] [anticoagulant|diabetic|diabetes|asthma|warfarin|inr|pain|respiratory|renal|hospital|specialist|palliative|heart failure] (clinic|hospital|doctor|gp|nurse|consultant|specialist|prescriber|pharmacist|team|dietitian|dietician|surgery|practice)]',
    advice(DIRECTED),
  ),
  row(
    '(as|per) (directed|instructed|advised|prescribed|agreed) by [the|your] [anticoagulant|diabetic|diabetes|asthma|warfarin|inr|pain|respiratory|renal|hospital|specialist|palliative|heart failure] (clinic|hospital|doctor|gp|nurse|consultant|specialist|prescriber|pharmacist|team|dietitian|dietician|surgery|practice)',
    advice(DIRECTED),
  ),
  row(
    'as per [the|your] (clinic|specialist|hospital|consultant|protocol|plan|chart|yellow book|inr|care plan|action plan|label|leaflet|discharge letter|letter|warfarin book|anticoagulant book|diabetic nurse|diabetes nurse|diabetes team|diabetic team|district nurse|palliative care team)',
    advice(DIRECTED),
  ),
  row('as [often as] directed', advice(DIRECTED)),
  row('follow [the] [printed|packaging] (directions|instructions)', advice(DIRECTED)),
  row('mdu', advice(DIRECTED)),
  row('(immediately|stat|straight away|right away|now)', advice(IMMEDIATELY)),
  row('[and] then stop', advice({ code: '422327006', display: 'Then stop' })),
  row('[and] then discontinue', advice({ code: '421484000', display: 'Then discontinue' })),
  row(
    'until (finished|all taken|all used|course [is] (finished|complete|completed)|the course is (finished|complete|completed))',
    advice({ code: '421984009', display: 'Until finished' }),
  ),
  row('(until gone|until all gone)', advice({ code: '420652005', display: 'Until gone' })),
  row('with [some|a little] food', advice({ code: '1116481000001105', display: 'With food' })),
  row(
    'with or (just|straight|immediately|soon) after (food|meals|a meal)',
    advice({ code: '311504000', display: 'With or after food' }),
  ),
  row('with or after (food|meals|a meal)', advice({ code: '311504000', display: 'With or after food' })),
  row(
    '(take|taken|swallow|swallowed|wash down|washed down) with (plenty of|lots of|a full glass of|a glass of) (water|fluid|liquid|fluids)',
    advice({ code: '419303009', display: 'With plenty of water' }),
  ),
  row(
    'with (plenty of|lots of|a full glass of|a glass of) (water|fluid|liquid|fluids)',
    advice({ code: '419303009', display: 'With plenty of water' }),
  ),
  row(
    '[to be] (dissolve|dissolved) or (mix|mixed) with water before taking',
    advice({ code: '417995008', display: 'Dissolve or mix with water before taking' }),
  ),
  row(
    'do not stop taking this medicine (except on|unless told to stop by|without) your (doctors|doctor) [advice]',
    advice({ code: '419444006', display: "Do not stop taking this medicine except on your doctor's advice" }),
  ),
  row('liberally', advice({ code: '419125005', display: 'Liberally' })),
  row('[to be] (swallowed|swallow|taken|take) [it|them] whole', advice()),
];

const HOW: readonly PhraseRow[] = [
  row(
    '(thickly|generously|evenly|gently|well|regularly|slowly|sparingly|thinly|frequently|consistently|freely)',
    advice(),
  ),
  row('[apply] (evenly|gently|regularly) and (sparingly|thinly|evenly|gently|frequently)', advice()),
  row('(a|in a) (thick|thin|generous) layer', advice()),
  row('and rub (it in [well]|in well|in gently|in thoroughly)', advice()),
  row('rub [it] in (well|gently|thoroughly)', advice()),
  row('and massage (in|into) [the] [area|skin|scalp] [gently|well]', advice()),
  row(
    '[and] (wash|rinse|shampoo) (off|out|it off|it out) [in the morning|next morning|the next morning|the following morning|after <span>|before bed|at night|at bedtime|in the evening]',
    advice(),
  ),
  row('[and] wash hands [(before|after|before and after) use]', advice()),
  row('[and] rinse (mouth|your mouth) [out] [well] [with water] after (use|each use|using|inhaling)', advice()),
  row('[and] rinse (off|out|mouth after use|mouth well after use)', advice()),
  row('[and] spit (out|it out)', advice()),
  row('[and] (cover|covered) with [a|an] [waterproof|occlusive] dressing', advice()),
  row('(and|then) remove excess', advice()),
  row(
    '[via|using|with|through] [a|the] [large volume] (spacer|spacer device|aerochamber|volumatic|measuring spoon|toothbrush|oral syringe|applicator|dropper|nasal cannula|metered dose device|autohaler)',
    advice(),
  ),
  row('to be given via nasal cannula', advice()),
  row('(using|with) [the] [metered dose] device', advice()),
  row(
    '(in|with|mixed with|mixed in|dissolved in|dispersed in|stirred into|dilute in|diluted in|diluted with|dissolve in|dissolve completely in|disperse in|mix with|mix in|stir into|swallow with|swallowed with|washed down with|to be taken with|take with|taken with) <liquid> [before (taking|use|swallowing)]',
    advice(),
  ),
  row('[well] diluted (with|in) <liquid>', advice()),
  row('swallow whole or dissolve contents of capsule in <liquid>', advice()),
  row(
    '[to be] (swallow|swallowed) (whole|with <liquid>|whole with <liquid>) [(do not chew|not chewed|and not chewed)]',
    advice(),
  ),
  row('do not (crush or chew|chew or crush|chew|crush|break)', advice()),
  row('[do] not [to be] (crushed or chewed|chewed or crushed|chewed|crushed)', advice()),
  row('without chewing', advice()),
  row('(shake|shaken) [well] [the bottle|bottle] before use', advice()),
  row('whole', advice()),
  row('on an empty stomach', advice()),
  row('[on|at] [the] same (day|time) (each|every|of the|of each) (week|day|month)', advice()),
  row('[or] on an empty stomach', advice()),
  row('(while|when) (sitting|standing) [upright|up] [or standing]', advice()),
  row('remain upright for [at least] <span> [after taking]', advice()),
  row('under (medical|specialist) supervision', advice()),
  row('as [a] soap substitute', advice()),
  row('as [a|an] (emollient|moisturiser|barrier cream|bath additive)', advice()),
  row('[in] [a] (thin film|pea sized amount|pea size amount)', advice()),
  row('in [the|your] (bath|shower)', advice()),
  row('changing [the] site [each time]', advice()),
  row('hold in [the|your] mouth [for <span>] [(and|then) (swallow|spit out)]', advice()),
  row('[as] a (body wash|gargle|rinse|foot soak|wash|shampoo|moisturiser|lubricant)', advice()),
  row('to [the] [warm] (bath water|bath|bathwater)', advice()),
  row('[apply] [to [the] skin] or use as a soap substitute', advice()),
  row('apply to [the] skin or use as a soap substitute', advice()),
  row('(in|with) [the|a|your] [blood] [glucose] [test] meter', advice()),
  row('in [the] blood glucose test meter', advice()),
  row('a few drops', advice()),
  row('(heaped|level|rounded)', advice()),
  row('dissolve in <liquid>', advice()),
  row('contents of the (sachet|capsule|ampoule|vial|nebule|tube|syringe|bottle|blister)', advice()),
  row(
    'of [the] (gel|cream|ointment|lotion|solution|liquid|syrup|mixture|suspension|powder|paste|oral solution|oral suspension)',
    { kind: 'silent' },
  ),
  row('washed down [without chewing] [with <liquid>]', advice()),
  row('as a mouthwash', { kind: 'method', method: mouthwash }),
  row('as a single dose', advice()),
  row('in [a|one] single dose', advice()),
  row('as (one|a one off|a one-off) dose', advice()),
  row('each side of [the] (nose|mouth)', advice()),
];

const CAUTIONS: readonly PhraseRow[] = [
  row('remove [the] old (patch|plaster|one) before applying [a|the] new (patch|plaster|one)', advice()),
  row('(place|apply) [the] new patch (at|on|to) a different (site|area|place)', advice()),
  row(
    '(rotate|change|alternate|vary) [the] (site|sites|application site|site of application|injection site|injection sites|sites of application)',
    advice(),
  ),
  row('avoid using [the] same (area|site) for [at least] <span>', advice()),
  row(
    '[and] (remove|take off|removed) [it] (at bedtime|at night|before bed|in the morning|in the evening|next morning|after <span>)',
    advice(),
  ),
  row('(brush|brushing) teeth for <span> before spitting out', advice()),
  row('leave [at least] <span> between doses', advice()),
  row('(with at least|at least|leaving at least|leave) <span> between (doses|each dose)', advice()),
  row('(not|no) more (often|frequently) than every <span>', advice()),
  row('(for|only for) (short term|short-term) use [only]', advice()),
  row('for external use only', advice()),
  row('(avoid|do not drink|no) alcohol', advice()),
  row(
    '(avoid|do not take at the same time as|do not take with) (grapefruit|grapefruit juice|antacids|indigestion remedies|milk|dairy products|indigestion remedies or medicines containing iron or zinc)',
    advice(),
  ),
  row('(may|can|this may|this medicine may) (cause drowsiness|make you sleepy|colour [the|your] urine)', advice()),
  row('avoid exposure (to|of skin to) [direct] sunlight [or sun lamps]', advice()),
  row('discard <span> after opening', advice()),
  row('(keep|store) in [the|a] fridge', advice()),
  row('(complete|finish|to complete|take) the [prescribed] course [unless otherwise directed]', advice()),
  row('[at [the]|preferably at [the]] same time (of|each|every) day [each day]', advice()),
  row('at [about] the same time [of day|each day|every day]', advice()),
  row('at regular intervals', advice()),
  row('with or without food', advice()),
  row('in <span> time [if (needed|necessary|required)]', advice()),
  row('<span> later [if (needed|necessary|required)]', advice()),
  row(
    '[then] [to be] (review|reviewed|see gp|see doctor) [(in|after) <span>|by (gp|doctor|hospital|clinic)]',
    advice(),
  ),
  row('(take|taken) regularly', advice()),
  row('preferably', { kind: 'silent' }),
  row('(only|just)', { kind: 'silent' }),
];

const COURSES: readonly PhraseRow[] = [
  row(
    'subsequent courses [are] [to be] [repeated] after [a] <span> [tablet|pill|treatment] (free interval|interval|free period|break)',
    advice(),
  ),
  row(
    '(repeat|repeated) after [a] <span> [tablet|pill|treatment] (free interval|interval|free period|break)',
    advice(),
  ),
  row(
    '(then|followed by) [a|an] <span> [tablet|pill|treatment|plaster|patch] (free interval|free period|break|free break|off|gap|free)',
    advice(),
  ),
  row('(repeat|repeated) [(in|after|once after|every)] <span> [if (needed|necessary|required)]', advice()),
  row(
    '[may be|can be|to be] (repeat|repeated) (in|after|once after) <span> [if (needed|necessary|required)]',
    advice(),
  ),
  row('repeat [if|when|as] (needed|necessary|required)', advice()),
  row('repeat with the second tube if (needed|necessary|required)', advice()),
  row('(on|for) days <amount> of [(the|your|each|every)] [menstrual] cycle', advice()),
  row('[from] day <number> to [day] <last:number> of [(the|your|each)] [menstrual] cycle', advice()),
  row(
    'starting <span> before (entering|travel to|arrival in) [an|the] [malarial|endemic] area [and] [continued|continue|continuing] [for] <after:span> after (leaving|return)',
    advice(),
  ),
  row('start <span> before travel and continue until <after:span> after return', advice()),
  row(
    '[and] [then] (increase|reduce|decrease|adjust) [the] [dose] (as directed|if necessary|when symptoms [are] under control|as [(infection|condition)] (improves|is controlled))',
    advice(),
  ),
  row(
    '[then] (reduce|reducing|reduced) [the] [dose|frequency] (when|as|once) [the] (symptoms|infection|condition|inflammation) [is|are] (under control|controlled|improves|improve|settles|settle|settled)',
    advice(),
  ),
  row('then reduce when symptoms [are] under control', advice()),
  row('and then increase [the] dose as directed', advice()),
  row(
    '[continue] until [the|your] (lesion|lesions|rash|infection|symptoms|pain|condition|skin|area|healing|wound|ulcer) [has|have|is|are] (healed|cleared|clear|resolved|gone|controlled|improved|settled|complete|relieved|resolve|settle|stop|clears|heals)',
    advice(),
  ),
  row(
    'until (healed|cleared|clear|better|relieved|review|reviewed|symptoms relieved|symptom free|seen by (doctor|gp|hospital|consultant|specialist)|next appointment)',
    advice(),
  ),
  row(
    '[to be] (increase|increased|increasing) if necessary to <amount> [<unit>] (<times> (a|each|per) day|<times> daily|daily)',
    advice(),
  ),
  row(
    'if (symptoms|migraine|pain|symptom|it|headache) (come back|comes back|return|returns|recur|recurs|persists|persist) [,] take <amount> [<unit>] [at least] <span> after [the] first dose',
    advice(),
  ),
  row('(additional|further) doses only to be taken after migraine recurrence', advice()),
  row('when migraine recurs', advice()),
  row(
    '(according|adjusted according|dose adjusted according) to [the] [your] (inr|insulin requirements|blood glucose|blood sugar|blood sugars|blood test|response|carbohydrate intake|weight|yellow book)',
    advice(),
  ),
  row('with dialysis', advice()),
  row('during (journey|pregnancy|the journey|menstruation|dialysis)', advice()),
  row('maximum dose <number> <unit> per course', advice()),
  row('do not repeat [(the|this)] course (for|within) <span>', advice()),
  row('may repeat until patient is asymptomatic', advice()),
];

const OCCASIONS: readonly PhraseRow[] = [
  row(`(before|after|during|prior to|following|with) ${EVENTS}`, advice({ occasion: true })),
  row(`[about|approximately|approx] <span> (before|after|prior to) ${EVENTS}`, advice({ occasion: true })),
  row('(at|on) [the] onset [of [an|the] (attack|symptoms|migraine attack)]', advice({ occasion: true })),
  row('when symptomatic', advice({ occasion: true })),
  row(
    '[preferably] [about|approximately] <span> before breakfast [,] caffeine containing drinks [,] or [any] other (medication|medicines|medicine|tablets)',
    advice(),
  ),
];

/** Instructions beside dose and time. */
export const INSTRUCTION_PHRASES: readonly PhraseRow[] = [...CODED, ...HOW, ...CAUTIONS, ...COURSES, ...OCCASIONS];
