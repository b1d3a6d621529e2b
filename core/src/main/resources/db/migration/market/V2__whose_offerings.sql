create index offering_of on market.offering (tenant, provider, number);
