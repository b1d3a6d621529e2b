create index grant_ripe on treasury.grant (network, matures_at) where state = 'Granted';
