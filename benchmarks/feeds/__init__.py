"""`make feeds`: a server of ours plays feeds at sixty times real time, with everything going wrong; what came of each change."""
