create index channel_received_by on escrow.channel (tenant, holder, created_at desc) where side = 'RECEIVER';
