import type { CompletionPolicy } from '@concord/medication-record';
import type { DispatcherOptions } from '../messaging/dispatcher.ts';

import { httpAddress, integer, listOf, oneOf, seconds } from './kinds.ts';
import { section } from './section.ts';

/** What `delivery` says. */
export interface DeliverySettings extends DispatcherOptions {
  keepDays: number;
}

/** `delivery`: how what is written is brought to those who are told of it. */
export const deliverySection = section<DeliverySettings>('delivery', {
  first: {
    kind: seconds(0.01, 3600),
    usual: 1,
    says: 'Seconds until a delivery that failed is tried again; doubled each time.',
  },
  most: { kind: seconds(0.01, 86_400), usual: 300, says: 'The longest time between tries, in seconds.' },
  timeout: { kind: seconds(0.1, 600), usual: 30, says: 'Seconds that a receiver has to answer.' },
  keepDays: {
    kind: integer(1, 3650),
    usual: 30,
    says: 'Days for which events are kept once delivered, for receivers that ask what they missed.',
  },
});

/** What `messages` says. */
export interface MessageSettings {
  keepAnswerDays: number;
}

/** `messages`: what is kept of messages that were received. */
export const messagesSection = section<MessageSettings>('messages', {
  keepAnswerDays: {
    kind: integer(1, 36_500),
    usual: 90,
    says: 'Days for which the answer to a message is kept, to be given again word for word. After that only its name and a hash are, for good: the same message is still not filed twice.',
  },
});

/** What `subscriptions` says. */
export interface SubscriptionSettings {
  endpoints: string[];
  errorAfter: number;
  most: number;
}

/** `subscriptions`: who may be told of changes by FHIR Subscriptions. */
export const subscriptionsSection = section<SubscriptionSettings>('subscriptions', {
  endpoints: {
    kind: listOf(httpAddress),
    usual: [],
    says: 'Beginnings of addresses that Subscriptions may notify; neighbours always may, and any of this machine where the server listens on 127.0.0.1.',
  },
  errorAfter: {
    kind: integer(1, 1000),
    usual: 5,
    says: 'Failures in a row after which a Subscription has the status error (it is still tried).',
  },
  most: { kind: integer(0, 100_000), usual: 1000, says: 'The most Subscriptions that are kept.' },
});

/** What `orders` says. */
export interface OrderSettings {
  complete: CompletionPolicy;
}

/** `orders`: the site's policy for orders. */
export const ordersSection = section<OrderSettings>('orders', {
  complete: {
    kind: oneOf('on-receipt', 'on-dispense', 'on-administration', 'never'),
    usual: 'on-receipt',
    says: 'What completes an order: a dispense that was handed over (unless more is to come), all that was asked for, the administrations, or nothing but a person.',
  },
});
