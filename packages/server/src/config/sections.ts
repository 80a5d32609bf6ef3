import { conformanceSection } from './conformance-section.ts';
import { limitsSection } from './limits-section.ts';
import { deliverySection, messagesSection, ordersSection, subscriptionsSection } from './messaging-sections.ts';
import { packagesSection } from './packages-section.ts';
import type { Section } from './section.ts';
import { serverSection } from './server-section.ts';
import { terminologySection } from './terminology-section.ts';

/**
 * Every section, under the name that `Config` has it by; the settings of `server` are at the top of both file and
 * `Config`. {@link Section} says how to add one.
 */
export const sections = {
  server: serverSection,
  limits: limitsSection,
  conformance: conformanceSection,
  packages: packagesSection,
  terminology: terminologySection,
  orders: ordersSection,
  messages: messagesSection,
  delivery: deliverySection,
  subscriptions: subscriptionsSection,
} as const;

/** The sections in the order in which they are read. */
export const allSections: readonly Section[] = Object.values(sections) as unknown as Section[];
