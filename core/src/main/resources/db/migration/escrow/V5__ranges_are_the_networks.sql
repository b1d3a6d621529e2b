-- The room network keeps for every room which blocks are still to be read; its schema is brought up to date before this one.
insert into network.range (tenant, reader, network, from_block, to_block)
select tenant, 'escrow', network, from_block, to_block from escrow.range;
drop table escrow.range;
