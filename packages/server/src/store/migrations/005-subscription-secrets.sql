-- What Subscriptions must keep and nobody may read: the values of their channel's headers. The resource, and so its
-- history and every search, has them masked.
create table subscription_secret (
  id text primary key,      -- the Subscription's
  headers text not null     -- JSON: a list of `Name: value`
);

-- Leave to hear of Subscriptions over a websocket, each good for one binding within a few minutes. Only a hash is kept.
create table subscription_token (
  hash text primary key,
  subscriptions text not null,  -- JSON: a list of ids
  expires timestamptz not null
);
