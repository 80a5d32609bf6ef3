/**
 * The server's public face, for those who embed it: open a store, build the app, listen.
 */
export { buildApp } from './app.ts';
export { BadSetting, type Config, DEFAULTS, readConfig } from './config.ts';
export { Store, type StoreOptions } from './store/store.ts';
