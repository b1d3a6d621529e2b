-- How a party wants pages to look; null is no wish.
alter table party.party
  add column language text check (language in ('en', 'de')),
  add column theme text check (theme in ('light', 'dark', 'system'));
