import { type Layer, layers } from '@concord/conformance';
import { type ConformanceSettings, DEFAULT_CONFORMANCE, type OnWrite } from '../fhir/conformance.ts';
import { BadSetting } from './bad-setting.ts';
import { type Kind, mapOf, object, oneOf, optional } from './kinds.ts';
import { type Section, type Setting, section } from './section.ts';

const does = oneOf<OnWrite>('refuse', 'warn', 'off');

const SAYS: Readonly<Record<Layer, string>> = {
  fhir: 'FHIR R4: structure, formats, cardinality, required bindings, invariants.',
  'uk-core': "UK Core's profiles and extensions.",
  profile: 'Profiles of FHIR packages that a resource claims in meta.profile ([packages](packages.md)).',
  guide: 'The rules of the NHS medicines guide.',
  dmd: 'dm+d: codes, displays, levels and units.',
  dosage: 'That a safe text can be made of each dosage, and says what the sender says.',
  identity: 'Check digits and forms of numbers of patients, organisations and professionals.',
};

function settingOf(layer: Layer): Setting<OnWrite> {
  return { kind: does, usual: DEFAULT_CONFORMANCE[layer], says: SAYS[layer] };
}

type OfSource = Partial<Record<Layer, OnWrite>>;

/** Settings by sender; an ODS code may be written in small letters. */
const sources: Kind<{ [sender: string]: OfSource }> = withUpperCodes(
  mapOf(
    'ODS codes of organisations, or URIs as in meta.source',
    object<OfSource>(Object.fromEntries(layers.map((layer) => [layer, optional(does)])) as never),
  ),
);

function withUpperCodes(kind: Kind<{ [sender: string]: OfSource }>): typeof kind {
  return {
    ...kind,
    read: (value, key, file) =>
      Object.fromEntries(
        Object.entries(kind.read(value, key, file)).map(([sender, of]) => [
          sender.includes(':') ? sender : sender.toUpperCase(),
          Object.fromEntries(Object.entries(of).filter(([, each]) => each !== undefined)),
        ]),
      ),
  };
}

const SECTION = `What each layer of checks does to a write. \`refuse\`: an error refuses it, with 422 and every issue. \`warn\`: it is
accepted; what was found is kept with the version, and told to who asks with \`Prefer: return=OperationOutcome\`. \`off\`:
the layer is not checked. What has not the shape of FHIR is refused all the same. [Checks of what is
written](checks.md) says more.`;

/** `conformance`: for each layer of checks, what its errors do to a write. */
export const conformanceSection: Section<ConformanceSettings> = section<ConformanceSettings>(
  'conformance',
  {
    ...(Object.fromEntries(layers.map((layer) => [layer, settingOf(layer)])) as Record<Layer, Setting<OnWrite>>),
    sources: {
      kind: sources,
      usual: {},
      says: 'What is otherwise for one sender, so that it can be brought up step by step.',
    },
  },
  { fromText: layersIn, says: SECTION },
);

/** Reads `uk-core=refuse,guide=off`. */
function layersIn(text: string): { [layer: string]: string } {
  const settings: { [layer: string]: string } = {};
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const [layer = '', value = ''] = part.split('=').map((each) => each.trim());
    if (!layers.some((each) => each === layer) || !['refuse', 'warn', 'off'].includes(value)) {
      throw new BadSetting(
        `CONCORD_CONFORMANCE: "${part.trim()}" is not a layer (${layers.join(', ')}), = and refuse, warn or off.`,
      );
    }
    settings[layer] = value;
  }
  return settings;
}
