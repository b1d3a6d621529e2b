create unique index alarm_open on network.alarm (network, code) where cleared_at is null;
